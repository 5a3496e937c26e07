"""The two kinds of name that Graph takes for a user: an object id and a user principal name (UPN)."""

import re

LONGEST_NAME = 320

_OBJECT_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
# Twenty names of this length fit a table row's 32,768 UTF-16 units; astral characters would take two each.
_UNFIT = r"\s@\\/?%\x00-\x1f\x7f\ud800-\udfff\U00010000-\U0010ffff"
_UPN = re.compile(rf"[^{_UNFIT}]+@[^{_UNFIT}#]+")
_ZERO = "00000000-0000-0000-0000-000000000000"


def object_id(text: str) -> str | None:
    """Return an Entra object id in lower case, or None; the all-zero id belongs to no object."""
    lowered = text.strip().lower()
    return lowered if _OBJECT_ID.fullmatch(lowered) and lowered != _ZERO else None


def upn(text: str) -> str | None:
    """Return a user principal name in lower case, or None when the text cannot be one."""
    given = text.strip()
    lowered = given.lower()
    # The Kelvin sign (U+212A) becomes an ASCII k in lower case: the name would be that of another user.
    if lowered.isascii() and not given.isascii():
        return None
    return lowered if len(lowered) <= LONGEST_NAME and _UPN.fullmatch(lowered) else None


def user_name(text: str) -> str | None:
    """Return the lower-case name by which Graph can be asked for a user, or None."""
    return object_id(text) or upn(text)
