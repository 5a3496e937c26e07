"""Thumbprints of certificates, as viewers show them."""

import re

from revoker.cli.ending import UsageError

_SHA1, _SHA256 = 40, 64  # hex digits


def thumbprint(option: str, text: str) -> str:
    """Return a thumbprint's hex digits, without the colons, spaces and marks that viewers put between them.

    AD FS and Entra show the SHA-1. Trusted certificates may be named by their SHA-256 as well.
    """
    digits = re.sub(r"[\s:\u200e\u200f]", "", text).lower()
    allowed = {_SHA1} if option == "--thumbprint" else {_SHA1, _SHA256}
    if re.fullmatch("[0-9a-f]+", digits) and len(digits) in allowed:
        return digits
    if len(digits) == _SHA256:
        raise UsageError(f"{option} {text[:16]}...: these are 64 digits, a SHA-256; write the SHA-1 (40 digits).")
    raise UsageError(f"{option} {text}: write the SHA-1, 40 hex digits.")
