"""What a server may have put in the place of a text or of an object. Pure."""

from collections.abc import Mapping
from typing import Any


def text_of(value: object) -> str:
    """Return a text, or an empty one where the value is none."""
    return value if isinstance(value, str) else ""


def object_of(value: object) -> Mapping[str, Any]:
    """Return an object's members, or none where the value is no object."""
    return value if isinstance(value, Mapping) else {}
