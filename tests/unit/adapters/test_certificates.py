"""Token-signing certificates become values, or it is told that they cannot be read."""

import base64
import hashlib
from datetime import UTC, datetime

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from hypothesis import given, strategies as st
from support.strategies import JSON

from local.tenant.federation import certificate
from revoker.adapters.graph.certificates import trust
from revoker.core.federation import Certificate, Trust

ISSUED = datetime(2026, 3, 1, 8, 30, tzinfo=UTC)
OLD, NEW = certificate("contoso.com", ISSUED), certificate("contoso.com", ISSUED.replace(month=2))
DER = base64.b64decode(OLD)


def damaged(after: str, byte: int) -> str:
    """Return the certificate with another byte after the last of these, given in hex."""
    at = DER.rindex(bytes.fromhex(after)) + len(after) // 2
    return base64.b64encode(DER[:at] + bytes([byte]) + DER[at + 1 :]).decode()


def value_of(text: str, issued: datetime) -> Certificate:
    """Return what a responder sees of a certificate of the simulated tenant."""
    der = base64.b64decode(text)
    key = x509.load_der_x509_certificate(der).public_key()
    encoded = key.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    return Certificate(
        hashlib.sha1(der, usedforsecurity=False).hexdigest(),
        hashlib.sha256(der).hexdigest(),
        hashlib.sha256(encoded).hexdigest(),
        "CN=ADFS Signing - sts.contoso.com",
        issued,
    )


SIGNING, FOLLOWING = "signingCertificate", "nextSigningCertificate"
READ, NEXT = value_of(OLD, ISSUED), value_of(NEW, ISSUED.replace(month=2))


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ({SIGNING: OLD, FOLLOWING: None}, Trust(current=READ)),
        ({FOLLOWING: f"{OLD[:64]}\r\n{OLD[64:]}\n"}, Trust(next=READ)),
        ({SIGNING: OLD, FOLLOWING: NEW}, Trust(current=READ, next=NEXT)),
        ({SIGNING: OLD, FOLLOWING: "AAAA"}, Trust(current=READ, damaged=(FOLLOWING,))),
        ({SIGNING: "", FOLLOWING: NEW}, Trust(next=NEXT)),
        ({SIGNING: OLD[:-8], FOLLOWING: NEW}, Trust(next=NEXT, damaged=(SIGNING,))),
        ({SIGNING: "é" * 8}, Trust(damaged=(SIGNING,))),
        ({SIGNING: "not base64!"}, Trust(damaged=(SIGNING,))),
        ({SIGNING: 7}, Trust(damaged=(SIGNING,))),
        ({SIGNING: damaged("a0030201", 9)}, Trust(damaged=(SIGNING,))),  # a version that there is not
        ({SIGNING: damaged("0603550403", 3)}, Trust(damaged=(SIGNING,))),  # a name of bits
        ({SIGNING: None, FOLLOWING: None}, Trust()),
        ({}, Trust()),
        (
            {
                "issuerUri": "http://any.sts/16F8B2C4",
                "passiveSignInUri": "https://any.sts/",
                "federatedIdpMfaBehavior": "rejectMfaByFederatedIdp",
                "signingCertificateUpdateStatus": {"certificateUpdateResult": "Success"},
            },
            Trust("http://any.sts/16F8B2C4", "https://any.sts/", "rejectMfaByFederatedIdp", "Success"),
        ),
        (
            {"activeSignInUri": "https://a/active", "metadataExchangeUri": "https://a/mex", "signOutUri": ""},
            Trust(other_addresses=("https://a/active", "https://a/mex")),
        ),
        ({"issuerUri": "", "federatedIdpMfaBehavior": 3, "signingCertificateUpdateStatus": "Success"}, Trust()),
    ],
)
def test_each_configuration(row: dict[str, object], expected: Trust) -> None:
    """Each column is read by itself: what is wrong in one hides nothing in the other."""
    assert expected == trust(row)


@given(st.dictionaries(st.sampled_from([SIGNING, FOLLOWING]), JSON | st.binary().map(str)))
def test_nothing_raises(row: dict[str, object]) -> None:
    """Any JSON holds a certificate that can be read, or none."""
    assert () == trust(row).certificates


@pytest.mark.filterwarnings("ignore::UserWarning")
@given(st.integers(0, len(DER) - 1), st.integers(0, 255))
def test_no_damage_raises(at: int, byte: int) -> None:
    """A certificate with any byte changed is one, or its column is damaged."""
    changed = base64.b64encode(DER[:at] + bytes([byte]) + DER[at + 1 :]).decode()
    read = trust({SIGNING: changed})

    assert (read.current is None) == (read.damaged == (SIGNING,))
