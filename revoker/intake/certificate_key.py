"""The public key inside a certificate: PEM or base64 of DER becomes the SHA-256 of its SubjectPublicKeyInfo.

Where the key stands follows from RFC 5280, section 4.1. Nothing is verified, and no cryptography is needed to find it,
so the standard library does: the package that reads certificates takes a third of a second to import, and intake would
hold it in every start of the app for a field that few requests have.
"""

import base64
import binascii
import hashlib
import re
from collections.abc import Iterator

_PEM = re.compile(r"-----BEGIN ([A-Z0-9 ]+)-----(.*?)-----END \1-----", re.DOTALL)
_SEQUENCE, _INTEGER, _VERSION = 0x30, 0x02, 0xA0
# The parts of a tbsCertificate up to the key, after the version, which may be left out: serial number, signature
# algorithm, issuer, validity, subject, and the key itself.
_PARTS = (_INTEGER, _SEQUENCE, _SEQUENCE, _SEQUENCE, _SEQUENCE, _SEQUENCE)
_LONGEST = 20_000


class CertificateError(ValueError):
    """A text holds no certificate; the sentence says what it holds, or what to write instead."""


def key_digest(text: str) -> str:
    """Return the SHA-256 of a certificate's SubjectPublicKeyInfo in lower-case hex digits; raises CertificateError."""
    der = _der(text)
    outer = _parts(der)
    try:
        tag, certificate, end = next(outer)
        if tag != _SEQUENCE or end != len(der):
            raise CertificateError(_WRONG)
        body = next(_parts(certificate))
        parts = list(_parts(body[1]))
    except (StopIteration, IndexError):
        raise CertificateError(_WRONG) from None
    if parts and parts[0][0] == _VERSION:
        parts = parts[1:]
    if tuple(part[0] for part in parts[: len(_PARTS)]) != _PARTS:
        raise CertificateError(_WRONG)
    start, end = parts[len(_PARTS) - 2][2], parts[len(_PARTS) - 1][2]
    return hashlib.sha256(body[1][start:end]).hexdigest()


_WRONG = "write a certificate, as PEM or as base64 of DER"


def _der(text: str) -> bytes:
    if len(text) > _LONGEST:
        raise CertificateError(f"{_WRONG}, of at most {_LONGEST:,} characters")
    found = _PEM.findall(text)
    if any("PRIVATE KEY" in kind for kind, _ in found):
        raise CertificateError("holds a private key: send the certificate alone, and treat that key as known to others")
    if len(found) > 1:
        raise CertificateError("holds several blocks: write each certificate as an item of its own")
    if found and found[0][0] != "CERTIFICATE":
        raise CertificateError(f"holds a {found[0][0].lower()}: {_WRONG}")
    try:
        return base64.b64decode("".join((found[0][1] if found else text).split()), validate=True)
    except (ValueError, binascii.Error):
        raise CertificateError(_WRONG) from None


def _parts(der: bytes) -> Iterator[tuple[int, bytes, int]]:
    """Yield tag, content and end of each element; raises IndexError or CertificateError where one is cut short."""
    at = 0
    while at < len(der):
        tag, first = der[at], der[at + 1]
        start = at + 2
        size = first
        # 0x82 0x01 0x0a says: two more bytes hold the length, which is 0x010a = 266.
        if first & 0x80:
            start += first & 0x7F
            size = int.from_bytes(der[at + 2 : start])
        at = start + size
        if at > len(der):
            raise CertificateError(_WRONG)
        yield tag, der[start:at], at
