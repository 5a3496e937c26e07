"""The public key inside a certificate, found without any cryptography."""

import base64
import hashlib
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from hypothesis import given, strategies as st

from local.tenant.certificates import certificate
from revoker.intake.certificate_key import CertificateError, key_digest

ISSUED = datetime(2026, 3, 1, tzinfo=UTC)
TEXT = certificate("contoso.com", ISSUED)
DER = base64.b64decode(TEXT)
PEM = f"-----BEGIN CERTIFICATE-----\n{TEXT}\n-----END CERTIFICATE-----\n"


def digest_of(key: object) -> str:
    """Return the digest that the library makes of a key."""
    encoded = key.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    return hashlib.sha256(encoded).hexdigest()


EXPECTED = digest_of(x509.load_der_x509_certificate(DER).public_key())


@pytest.mark.parametrize(
    "text",
    [
        TEXT,
        f" {TEXT[:64]}\r\n{TEXT[64:]} ",
        PEM,
        f"Bag Attributes\n  friendlyName: x\n{PEM}",
        "-----BEGIN CERTIFICATE-----\r\n"
        + "\r\n".join(TEXT[at : at + 64] for at in range(0, len(TEXT), 64))
        + "\r\n-----END CERTIFICATE-----",
    ],
    ids=map(str, range(5)),
)
def test_each_way_to_write_a_certificate(text: str) -> None:
    """PEM with anything around it, or base64 with any line ends."""
    assert EXPECTED == key_digest(text)


@pytest.mark.parametrize("kind", ["rsa", "ec", "ed25519"])
def test_each_kind_of_key(kind: str) -> None:
    """The key is found whatever it is."""
    keys = {
        "rsa": lambda: rsa.generate_private_key(65537, 2048),
        "ec": lambda: ec.generate_private_key(ec.SECP384R1()),
        "ed25519": ed25519.Ed25519PrivateKey.generate,
    }
    private = keys[kind]()
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "ADFS Signing - sts.contoso.com " + "x" * 30)])
    made = (
        x509.CertificateBuilder(name, name, private.public_key(), 7, ISSUED, ISSUED + timedelta(days=365))
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(private, None if kind == "ed25519" else hashes.SHA256())
    )
    der = made.public_bytes(serialization.Encoding.DER)

    assert digest_of(private.public_key()) == key_digest(base64.b64encode(der).decode())


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "write a certificate"),
        ("not base64!", "write a certificate"),
        ("AAAA", "write a certificate"),
        ("MIIB", "write a certificate"),
        (TEXT[:-8], "write a certificate"),
        (base64.b64encode(DER + b"\0").decode(), "write a certificate"),
        (PEM + PEM, "holds several blocks: write each certificate as an item of its own"),
        (PEM.replace("CERTIFICATE", "CERTIFICATE REQUEST"), "holds a certificate request"),
        (PEM.replace("CERTIFICATE", "PRIVATE KEY"), "holds a private key"),
        (PEM + PEM.replace("CERTIFICATE", "RSA PRIVATE KEY"), "holds a private key"),
        ("A" * 20_001, "at most 20,000 characters"),
    ],
    ids=map(str, range(11)),
)
def test_what_is_no_certificate(text: str, said: str) -> None:
    """Each says what it is instead, or what to write."""
    with pytest.raises(CertificateError) as raised:
        key_digest(text)

    assert said in str(raised.value)


@given(st.binary(max_size=200) | st.integers(0, len(DER) - 1).map(lambda at: DER[:at] + b"\xff" + DER[at + 1 :]))
def test_damage_is_told_or_does_no_harm(der: bytes) -> None:
    """Any bytes are a certificate error, or have a key; where the library reads them too, it is the same key."""
    try:
        found = key_digest(base64.b64encode(der).decode())
    except CertificateError:
        return
    try:
        expected = digest_of(x509.load_der_x509_certificate(der).public_key())
    except (ValueError, TypeError, x509.InvalidVersion, UnsupportedAlgorithm):
        return

    assert expected == found
