"""The two kinds of name that Graph takes for a user: an object id and a user principal name (UPN)."""

import re

LONGEST_NAME = 320

_OBJECT_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
# Straight, curly and angled quotation marks; the apostrophe is none, o'neil@contoso.com is a name.
QUOTES = r"\"\u201c\u201d\u201e\xab\xbb\u2039\u203a\u2018\u2019"
# What surrounds a name in files, mail programs and JSON, never in a UPN (docs/graph-facts.md#listing-users).
_WRAPPING = rf"{QUOTES},;:<>()\[\]{{}}"
# Characters that show nothing: Unicode's format class up to U+FFFF, variation selectors and fillers.
INVISIBLE = (
    r"\xad\u034f\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f"
    r"\u202a-\u202e\u2060-\u206f\u2800\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb"
)
# Twenty names of this length fit a table row's 32,768 UTF-16 units; astral characters would take two each.
_UNFIT = rf"{_WRAPPING}{INVISIBLE}\s@\\/?%\x00-\x1f\x7f-\x9f\ud800-\uf8ff\U00010000-\U0010ffff"
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
