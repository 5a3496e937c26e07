"""Token-signing certificates become values, or it is told that they cannot be read."""

import base64
import hashlib
from datetime import UTC, datetime

import pytest
from hypothesis import given, strategies as st
from support.strategies import JSON

from local.tenant.federation import certificate
from revoker.adapters.graph.certificates import certificates
from revoker.core.federation import Certificate

ISSUED = datetime(2026, 3, 1, 8, 30, tzinfo=UTC)
OLD, NEW = certificate("contoso.com", ISSUED), certificate("contoso.com", ISSUED.replace(month=2))
DER = base64.b64decode(OLD)


def damaged(after: str, byte: int) -> str:
    """Return the certificate with another byte after the last of these, given in hex."""
    at = DER.rindex(bytes.fromhex(after)) + len(after) // 2
    return base64.b64encode(DER[:at] + bytes([byte]) + DER[at + 1 :]).decode()


def value_of(text: str, issued: datetime) -> Certificate:
    """Return what a responder sees of a certificate of the simulated tenant."""
    thumbprint = hashlib.sha1(base64.b64decode(text), usedforsecurity=False).hexdigest()
    return Certificate(thumbprint, "CN=ADFS Signing - sts.contoso.com", issued)


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ({"signingCertificate": OLD, "nextSigningCertificate": None}, (value_of(OLD, ISSUED),)),
        ({"nextSigningCertificate": f"{OLD[:64]}\r\n{OLD[64:]}\n"}, (value_of(OLD, ISSUED),)),
        (
            {"signingCertificate": OLD, "nextSigningCertificate": NEW},
            (value_of(OLD, ISSUED), value_of(NEW, ISSUED.replace(month=2))),
        ),
        ({"signingCertificate": OLD, "nextSigningCertificate": "AAAA"}, None),
        ({"signingCertificate": OLD, "nextSigningCertificate": ""}, None),
        ({"signingCertificate": OLD[:-8]}, None),
        ({"signingCertificate": "é" * 8}, None),
        ({"signingCertificate": "not base64!"}, None),
        ({"signingCertificate": 7}, None),
        ({"signingCertificate": damaged("a0030201", 9)}, None),  # a version that there is not
        ({"signingCertificate": damaged("0603550403", 3)}, None),  # a name of bits
        ({"signingCertificate": None, "nextSigningCertificate": None}, None),
        ({}, None),
    ],
)
def test_each_configuration(row: dict[str, object], expected: tuple[Certificate, ...] | None) -> None:
    """All that are named are read, or none is; that none is named cannot be told from not being shown any."""
    assert expected == certificates([row])


@given(st.dictionaries(st.sampled_from(["signingCertificate", "nextSigningCertificate"]), JSON | st.binary().map(str)))
def test_nothing_raises(row: dict[str, object]) -> None:
    """Any JSON is a certificate that can be read, or cannot."""
    assert None is certificates([row])


@pytest.mark.filterwarnings("ignore::UserWarning")
@given(st.integers(0, len(DER) - 1), st.integers(0, 255))
def test_no_damage_raises(at: int, byte: int) -> None:
    """A certificate with any byte changed is one, or is not."""
    changed = base64.b64encode(DER[:at] + bytes([byte]) + DER[at + 1 :]).decode()

    assert isinstance(certificates([{"signingCertificate": changed}]), tuple | None)
