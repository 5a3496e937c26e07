"""What preflight is told of the compromise, in its address: the same fields as in the body of a run."""

from datetime import UTC, datetime, timedelta
from urllib.parse import quote

import pytest

from local.tenant.certificates import certificate
from revoker.core.federation import Compromise
from revoker.core.problems import InvalidError
from revoker.intake.call import Call
from revoker.intake.certificate_key import key_digest
from revoker.intake.trust_fields import compromise_in_query

NOW = datetime(2026, 11, 25, 3, tzinfo=UTC)
SINCE = NOW - timedelta(days=2)
SHA1, SHA256 = "ab" * 20, "cd" * 32
BOTH = frozenset({SHA1, SHA256})
TEXT = next(text for number in range(100) if "+" in (text := certificate(f"{number}.contoso.com", SINCE)))
OTHER = certificate("other.contoso.com", SINCE)
DATED = "compromisedAt=2026-11-23T03:00:00Z"
PEM = f"-----BEGIN CERTIFICATE-----\n{TEXT}\n-----END CERTIFICATE-----\n"
PRIVATE = PEM.replace("CERTIFICATE", "PRIVATE KEY")


def asked(query: str) -> Compromise:
    """Return what an address tells."""
    return compromise_in_query(Call("GET", f"http://localhost/api/preflight?{query}").query, NOW)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", Compromise()),
        ("compromisedAt=2026-11-23T03:00:00Z", Compromise(SINCE)),
        ("compromisedAt=2026-11-23T04:00:00+01:00", Compromise(SINCE)),
        ("rotatedSince=2026-11-23T03:00:00Z", Compromise(rotated_since=SINCE)),
        (f"compromisedThumbprints={SHA1},{SHA256}", Compromise(thumbprints=BOTH)),
        (f"trustedThumbprints={SHA1}&trustedThumbprints={SHA256}", Compromise(trusted_thumbprints=BOTH)),
        (f"trustedThumbprints={'AB:' * 19}AB", Compromise(trusted_thumbprints=frozenset({SHA1}))),
        (f"compromisedCertificates={TEXT}", Compromise(keys=frozenset({key_digest(TEXT)}))),
        (f"compromisedCertificates={quote(PEM)}", Compromise(keys=frozenset({key_digest(TEXT)}))),
        (
            f"compromisedCertificates={quote(TEXT)},{quote(OTHER)}",
            Compromise(keys=frozenset({key_digest(TEXT), key_digest(OTHER)})),
        ),
    ],
    ids=map(str, range(10)),
)  # fmt: skip
def test_each_parameter(query: str, expected: Compromise) -> None:
    """Lists have commas between their items; a + that was not encoded is read as one."""
    assert expected == asked(query)


@pytest.mark.parametrize(
    ("query", "path", "said"),
    [
        ("compromisedAt=", "compromisedAt", "RFC 3339"),
        ("compromisedAt=2026-12-25T03:00:00Z", "compromisedAt", "lies ahead"),
        ("rotatedSince=yesterday", "rotatedSince", "is no time"),
        (f"{DATED}&rotatedSince=2026-11-22T03:00:00Z", "rotatedSince", "before compromisedAt"),
        (f"trustedThumbprints={SHA1},abc", "trustedThumbprints[1]", "has 3 hex digits"),
        ("trustedThumbprints=", "trustedThumbprints[0]", "write a thumbprint"),
        (f"trustedThumbprints={','.join([SHA1] * 501)}", "trustedThumbprints", "at most 500 items; these are 501"),
        ("compromisedThumbprints=x", "compromisedThumbprints[0]", "write a thumbprint"),
        (f"compromisedCertificates={quote(TEXT[:-8])}", "compromisedCertificates[0]", "write a certificate"),
        (f"compromisedCertificates={PRIVATE}", "compromisedCertificates[0]", "private key"),
    ],
    ids=map(str, range(10)),
)  # fmt: skip
def test_what_is_wrong_has_its_path(query: str, path: str, said: str) -> None:
    """The parameter, the item, and what to write instead."""
    with pytest.raises(InvalidError) as raised:
        asked(query)

    assert [path] == [one for one, _ in raised.value.errors]
    assert said in raised.value.errors[0][1]
