"""Token-signing certificates as Graph gives them: base64 of DER, read by the ``cryptography`` library. Pure."""

import base64
import hashlib
from collections.abc import Iterable, Mapping

from revoker.core.federation import Certificate

_COLUMNS = ("signingCertificate", "nextSigningCertificate")


def certificates(configurations: Iterable[Mapping[str, object]]) -> tuple[Certificate, ...] | None:
    """Return what a federated domain trusts; None where it cannot be told, which includes that nothing is named."""
    named = [row[column] for row in configurations for column in _COLUMNS if row.get(column) is not None]
    if not named:
        return None
    from cryptography import x509  # noqa: PLC0415 - few tenants are federated

    try:
        return tuple(_certificate(text) for text in named)
    except (ValueError, TypeError, x509.InvalidVersion):
        return None


def _certificate(text: object) -> Certificate:
    """Read one; the library raises more than ValueError for what only looks like a certificate."""
    from cryptography import x509  # noqa: PLC0415 - see above

    if not isinstance(text, str):
        raise TypeError(type(text))
    der = base64.b64decode("".join(text.split()), validate=True)
    parsed = x509.load_der_x509_certificate(der)
    thumbprint = hashlib.sha1(der, usedforsecurity=False).hexdigest()
    return Certificate(thumbprint, parsed.subject.rfc4514_string(), parsed.not_valid_before_utc)
