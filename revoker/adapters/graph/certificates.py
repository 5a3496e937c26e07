"""Token-signing certificates as Graph gives them: base64 of DER, read by the ``cryptography`` library."""

import base64
import hashlib
from collections.abc import Mapping

from revoker.adapters.graph.json_values import object_of, text_of
from revoker.core.federation import Certificate, Trust

_COLUMNS = ("signingCertificate", "nextSigningCertificate")
_OTHER_ADDRESSES = ("activeSignInUri", "metadataExchangeUri", "signOutUri")


def trust(row: Mapping[str, object]) -> Trust:
    """Return one federation configuration; a column that holds no certificate is named in ``damaged``."""
    read: list[Certificate | None] = []
    damaged: list[str] = []
    for column in _COLUMNS:
        certificate = None
        if row.get(column) not in (None, ""):
            certificate = _certificate(row[column])
            if certificate is None:
                damaged.append(column)
        read.append(certificate)
    current, following = read
    return Trust(
        issuer=_text(row.get("issuerUri")),
        passive_sign_in_uri=_text(row.get("passiveSignInUri")),
        mfa_behavior=_text(row.get("federatedIdpMfaBehavior")),
        update_status=_text(object_of(row.get("signingCertificateUpdateStatus")).get("certificateUpdateResult")),
        current=current,
        next=following,
        damaged=tuple(damaged),
        other_addresses=tuple(filter(None, (_text(row.get(column)) for column in _OTHER_ADDRESSES))),
    )


def _certificate(text: object) -> Certificate | None:
    """Read one; the library raises more than ValueError for what only looks like a certificate."""
    from cryptography import x509  # noqa: PLC0415 - few tenants are federated
    from cryptography.exceptions import UnsupportedAlgorithm  # noqa: PLC0415 - see above
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat  # noqa: PLC0415 - see above

    if not isinstance(text, str):
        return None
    try:
        der = base64.b64decode("".join(text.split()), validate=True)
        parsed = x509.load_der_x509_certificate(der)
        key = parsed.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        subject, issued = parsed.subject.rfc4514_string(), parsed.not_valid_before_utc
    except (ValueError, TypeError, x509.InvalidVersion, UnsupportedAlgorithm):
        return None
    thumbprint = hashlib.sha1(der, usedforsecurity=False).hexdigest()
    return Certificate(thumbprint, _digest(der), _digest(key), subject, issued)


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _text(value: object) -> str | None:
    return text_of(value) or None
