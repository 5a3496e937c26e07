"""Texts signed with a key, in the form of a JSON Web Token. Pure."""

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping
from typing import Any


class ForgedError(ValueError):
    """The text is no token, or was signed with another key; the message is how Graph words it."""


def sign(claims: Mapping[str, Any], key: bytes) -> str:
    """Write claims as a token."""
    head = {"typ": "JWT", "alg": "HS256", "kid": "simulated"}
    text = ".".join(_encode(json.dumps(part).encode()) for part in (head, claims))
    return f"{text}.{_signature(text, key)}"


def read(token: str, key: bytes) -> dict[str, Any]:
    """Return the claims of a token that was signed with this key; raises ForgedError for any other text."""
    text, _, signature = token.rpartition(".")
    if text.count(".") != 1:
        message = "CompactToken parsing failed with error code: 80049217"
        raise ForgedError(message)
    # Text that is no ASCII must not raise: a caller may send anything.
    if not hmac.compare_digest(signature.encode(), _signature(text, key).encode()):
        message = "Access token validation failure. Invalid signature or expired token."
        raise ForgedError(message)
    claims: dict[str, Any] = json.loads(_decode(text.partition(".")[2]))
    return claims


def _signature(text: str, key: bytes) -> str:
    return _encode(hmac.digest(key, text.encode(), hashlib.sha256))


def _encode(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _decode(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
