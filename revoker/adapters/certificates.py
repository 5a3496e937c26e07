"""Token-signing certificates as Graph gives them: base64 of DER, read by the ``cryptography`` library. Pure."""

import base64
import hashlib
from collections.abc import Iterable, Mapping

from revoker.federation import Certificate

_COLUMNS = ("signingCertificate", "nextSigningCertificate")


def certificates(configurations: Iterable[Mapping[str, object]]) -> tuple[Certificate, ...] | None:
    """Return what a federated domain trusts; None where it cannot be told, which includes that nothing is named."""
    named = [row[column] for row in configurations for column in _COLUMNS if row.get(column) is not None]
    try:
        return tuple(map(_certificate, named)) or None
    except ValueError:
        return None


def _certificate(text: object) -> Certificate:
    """Read one; raises ValueError for what is no certificate."""
    from cryptography import x509  # noqa: PLC0415 - few tenants are federated, and it costs every start

    if not isinstance(text, str):
        raise ValueError(type(text))  # noqa: TRY004 - one exception for all that cannot be read
    der = base64.b64decode("".join(text.split()), validate=True)
    parsed = x509.load_der_x509_certificate(der)
    thumbprint = hashlib.sha1(der, usedforsecurity=False).hexdigest()
    return Certificate(thumbprint, parsed.subject.rfc4514_string(), parsed.not_valid_before_utc)
