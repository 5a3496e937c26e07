"""Users as typed or pasted: cleaned of what mail programs, portals and spreadsheets add, or explained."""

import re
from collections.abc import Iterable, Sequence

from revoker.cli.ending import UsageError

_OBJECT_ID = re.compile(r"[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}", re.IGNORECASE)
_UPN = re.compile(r"[^\s@\\/?%<>\"]+@[^\s@\\/?%#<>\"]+")
_PLAIN = re.compile(r"[A-Za-z0-9._-]+@[A-Za-z0-9.-]+")
# Zero-width characters, marks of direction, the byte order mark: invisible, and never part of a name.
_INVISIBLE = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\u00ad]")
_QUOTES = "\"'`\u2018\u2019\u201c\u201d\u00ab\u00bb"
_WRITE = "write an object id or a UPN, as in alice@contoso.com"
_SHOWN = 5
_CLIP = 80  # characters of a value that are repeated
_FILE = re.compile(r"@.+|.+\.(csv|txt|tsv|xlsx|json)", re.IGNORECASE)


def is_user_name(text: str) -> bool:
    """Tell whether a clean text can name a user: an object id, or a UPN."""
    return bool(_OBJECT_ID.fullmatch(text) or (_UPN.fullmatch(text) and not _FILE.fullmatch(text)))


def is_upn(text: str) -> bool:
    """Tell whether a clean text is a UPN rather than an object id."""
    return bool(_UPN.fullmatch(text))


def clean(text: str) -> str:
    """Return a name without what surrounds it: spaces, quotes, <>, mailto:, braces; an id gets its dashes back."""
    if _PLAIN.fullmatch(text):  # as nearly all are: a file of 450,000 names is read in half the time
        return text
    name = _INVISIBLE.sub("", text).strip().strip(_QUOTES).rstrip(",;").strip().strip(_QUOTES)
    bracketed = re.fullmatch(r"[^<>]*<([^<>]+)>", name)
    if bracketed:
        name = bracketed[1].strip()
    name = name.removeprefix("mailto:").strip()
    digits = name.strip("{}").replace("-", "")
    if re.fullmatch(r"[0-9a-fA-F]{32}", digits):
        digits = digits.lower()
        return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"
    return name


def users(option: str, values: Iterable[str]) -> list[str]:
    """Return the users that an option names; raises UsageError, which shows each value that names none.

    A comma or semicolon is never part of a UPN (Microsoft Learn, "Prepare directory attributes for synchronization"),
    so that a list pasted from a mail program is taken apart.
    """
    found: list[str] = []
    wrong: list[str] = []
    for value in values:
        names = [name for name in map(clean, re.split("[,;]", value)) if name]
        found += filter(is_user_name, names)
        # A value that names no user at all is not passed over: an exclusion would spare none, in silence.
        wrong += [name for name in names or [value] if not is_user_name(name)]
    if wrong:
        raise UsageError("\n".join(explained(option, wrong)))
    return found


def groups(option: str, values: Iterable[str]) -> list[str]:
    """Return groups by id or by name, cleaned; the API finds groups by name. Raises UsageError for addresses."""
    found = []
    for value in values:
        name = clean(value)
        if is_upn(name):
            raise UsageError(f"{option} {value} is an address: write the group's object id, or its name.")
        found.append(name)
    return found


def explained(option: str, wrong: Sequence[str]) -> list[str]:
    """Return a line for each value that names no user, the first five."""
    if len(wrong) > 1 and all(word.isalpha() for word in wrong):
        return [f"{option}: {' '.join(wrong)!r} is a display name: {_WRITE}."]
    lines = [f"{option}: {what_is(value)}" for value in wrong[:_SHOWN]]
    if len(wrong) > _SHOWN:
        lines.append(f"and {len(wrong) - _SHOWN} more like these")
    return lines


def what_is(value: str) -> str:
    """Say what a value is that names no user, and what to write."""
    if "\n" in value:
        return f"{value[:_CLIP].splitlines()[0]!r} and the lines after it stand in one pair of quotes: close them."
    value = value if len(value) <= _CLIP else f"{value[:_CLIP]}..."
    if _FILE.fullmatch(value):
        return f"{value} is a file: write --users-file {value.removeprefix('@')}."
    if re.fullmatch(r"[^\\@\s]+\\[^\\@\s]+", value):
        return f"{value} is a local (domain\\user) name: {_WRITE}."
    if " " in value or value.isalpha():
        return f"{value!r} is a display name: {_WRITE}."
    return f"{value!r} is neither an object id nor a UPN: {_WRITE}."
