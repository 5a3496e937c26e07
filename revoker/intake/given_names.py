"""The users, groups and roles that a body names: by id or UPN, or by a display name that is resolved later."""

import re
from collections.abc import Callable
from itertools import count

from revoker.core.name_faults import USER_NAME, is_display_name, name_fault
from revoker.core.names import object_id, user_name
from revoker.core.request import DisplayName, Target
from revoker.core.source import PRIVILEGED
from revoker.intake.fields import Fields, Wrong
from revoker.intake.values import text

GROUP = "write a group's object id (GUID), or its display name"
ROLE = 'write a role template id (GUID), a role\'s display name, or "privileged"'
_LONGEST_DISPLAY_NAME = 256
# An id in brackets, or without its dashes, is no name of a group.
_NEARLY_AN_ID = re.compile(r"[{(\[]?[0-9a-fA-F]{8}-?([0-9a-fA-F]{4}-?){3}[0-9a-fA-F]{12}[})\]]?")


def take_users(fields: Fields, name: str, most: int) -> tuple[tuple[Target, ...], tuple[DisplayName, ...]]:
    """Return a list of users, and those of its items that are display names."""
    return _take(fields, name, "user", _user, USER_NAME, most)


def take_groups(fields: Fields, name: str, most: int) -> tuple[tuple[str, ...], tuple[DisplayName, ...]]:
    """Return a list of groups likewise."""
    return _take(fields, name, "group", _group, GROUP, most)


def take_roles(fields: Fields, name: str, most: int) -> tuple[tuple[str, ...], tuple[DisplayName, ...]]:
    """Return a list of roles likewise; ``privileged`` stands for every role."""
    return _take(fields, name, "role", _role, ROLE, most)


def _take[T](
    fields: Fields, name: str, kind: str, parse: Callable[[str], T | Wrong | None], should_be: str, most: int
) -> tuple[tuple[T, ...], tuple[DisplayName, ...]]:
    given: list[T] = []
    shown: list[DisplayName] = []
    numbers = count()

    def item(value: object) -> bool | Wrong | None:
        path = f"{fields.path(name)}[{next(numbers)}]"
        if not isinstance(value, str):
            return None
        parsed = parse(value)
        if isinstance(parsed, Wrong):
            return parsed
        if parsed is None:
            shown.append(DisplayName(path, kind, value.strip()))
        else:
            given.append(parsed)
        return True

    fields.take_list(name, item, should_be, most)
    return tuple(given), tuple(shown)


def _user(value: str) -> Target | Wrong | None:
    """Return a target, None for a display name."""
    name = user_name(value)
    if name:
        return Target(requested_as=value.strip(), name=name)
    return None if is_display_name(value) else Wrong(name_fault(value))


def _group(value: str) -> str | Wrong | None:
    return object_id(value) or _display_name(value, GROUP)


def _role(value: str) -> str | Wrong | None:
    if value.strip().lower() == PRIVILEGED:
        return PRIVILEGED
    return object_id(value) or _display_name(value, ROLE)


def _display_name(value: str, otherwise: str) -> Wrong | None:
    """Return None for a text that can be the display name of a group or role: those may hold commas and quotes."""
    trimmed = text(_LONGEST_DISPLAY_NAME)(value) or ""
    nearly_an_id = _NEARLY_AN_ID.fullmatch(trimmed)
    if nearly_an_id:
        return Wrong(name_fault(trimmed))
    lettered = any(character.isalpha() for character in trimmed)
    return None if lettered and trimmed.isprintable() else Wrong(otherwise)
