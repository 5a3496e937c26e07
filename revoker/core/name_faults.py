"""Why a text is no user name: the offending character made visible, its likely origin, and what to write instead.

The one rule for `users`, `exclude`, REVOKER_PROTECTED and the accounts of a Sentinel body: a name with a character too
many matches no user, so an exclusion would spare no user, and an intruder's account would end `not_found`.
"""

import re
import unicodedata
import uuid

from revoker.core.names import INVISIBLE, LONGEST_NAME, QUOTES, object_id, user_name

USER_NAME = "write an object id (GUID) or a UPN (name@domain)"
_SHOWN = 100
_HIDDEN = re.compile(rf"[{INVISIBLE}\x00-\x1f\x7f-\x9f\ud800-\uf8ff]|(?! )\s")
_MOST_IN_DISPLAY_NAME = 256

# The first pattern that is found decides; the text is trimmed, and {0} is the character found, as it is made visible.
_UNSEEN = rf"[{INVISIBLE}\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\ud800-\uf8ff]"
_FAULTS = (
    (_UNSEEN, "holds an invisible character ({0}): type the name anew, copying from a web page brings it along"),
    (r"(?i)^(?:mailto|smtp|sip|upn|user):", "begins with {0}: write the name without it"),
    (r"[\[\]]", "holds a square bracket ({0}): write each name as an item of its own, not a list in one text"),
    (f"[{QUOTES}]", "holds a quotation mark ({0}): write the name without quotes, as they belong to a file or list"),
    ("[<>]", "holds an angle bracket ({0}): write only the address that stands between < and >"),
    ("[{}]", "holds a curly bracket ({0}): write the id without brackets"),
    ("[,;]", "holds a separator ({0}): write one name an item, without the other columns of a file"),
    (r"(?s).*\\", "is a name of Active Directory (DOMAIN\\name): write the UPN (name@domain)"),
    (r"[():]", "holds a character that no UPN has ({0}): write the name alone"),
    ("[/?%]", "holds a character of addresses ({0}): write the name as the directory shows it"),
    (r"(?s)@.*@", "holds more than one @: write one name an item"),
    (r"[\u212a\U00010000-\U0010ffff]", "holds a character that no UPN has ({0}): type the name anew"),
)
_SPACED = "holds white space ({0}): write one name an item, without white space in it"
_BARE_ID = re.compile(r"[0-9a-fA-F]{32}")


class NameFaultError(ValueError):
    """A text holds something that is no user name; the sentence says what, and what to write instead."""


def name_fault(text: str) -> str:
    """Return one sentence, without its period, about a text that is no user name."""
    trimmed = text.strip()
    if not trimmed:
        return f"is empty: {USER_NAME}"
    return f"'{visible(trimmed)}' {_odd_character(trimmed) or _odd_form(trimmed)}"


def _odd_character(trimmed: str) -> str:
    """Return what is wrong with one of the characters, or an empty text."""
    for pattern, what in _FAULTS:
        if found := re.search(pattern, trimmed):
            return what.format(_named(found[0]))
    spaced = re.search(r"\s", trimmed)
    return _SPACED.format(_named(spaced[0])) if spaced and "@" in trimmed else ""


def _odd_form(trimmed: str) -> str:
    """Return what is wrong with a text of good characters."""
    if _BARE_ID.fullmatch(trimmed):
        return f"is an object id without its dashes: write {uuid.UUID(trimmed)}"
    if len(trimmed) > LONGEST_NAME:
        return f"has {len(trimmed):,} characters, and a UPN at most {LONGEST_NAME}: write one name an item"
    if is_display_name(trimmed):
        return f"looks like a display name, which several users may have: {USER_NAME}"
    return f"names no user: {USER_NAME}"


def has_odd_character(text: str) -> bool:
    """Whether a text holds a character, other than white space, that no name of a user has."""
    return any(re.search(pattern, text.strip()) for pattern, _ in _FAULTS)


def is_display_name(text: str) -> bool:
    """Whether a text may be the name that people see: no @, no character that no name has, at least one letter."""
    trimmed = text.strip()
    fits = "@" not in trimmed and len(trimmed) <= _MOST_IN_DISPLAY_NAME and not _BARE_ID.fullmatch(trimmed)
    lettered = any(character.isalpha() for character in trimmed) and trimmed.isprintable()
    return fits and lettered and object_id(trimmed) is None and not has_odd_character(trimmed)


def names_in_list(text: str) -> tuple[str, ...]:
    """Return the names in a text with commas, semicolons or white space between them, lower case, each once.

    Raises NameFaultError for the first that is no user name.
    """
    names: dict[str, None] = {}
    for entry in re.split(r"[\s,;]+", text.strip()):
        if not entry:
            continue
        name = user_name(entry)
        if name is None:
            raise NameFaultError(name_fault(entry))
        names[name] = None
    return tuple(names)


def visible(text: str) -> str:
    """Return the first hundred characters of a text, those that show nothing by code point and name."""
    return _HIDDEN.sub(lambda found: f"<{_named(found[0])}>", text[:_SHOWN])


def _named(character: str) -> str:
    if len(character) != 1:
        return f"'{visible(character)}'"
    code = f"U+{ord(character):04X}"
    return f"{code} {unicodedata.name(character, '')}".strip()
