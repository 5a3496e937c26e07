"""The roles that a tenant defines, by id and by display name. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from revoker.core.request import DisplayName
from revoker.core.source import PRIVILEGED
from revoker.ports.graph import Role
from revoker.views.enumerated import CLIP

_INSTEAD = "write a role's id, or its display name exactly"


@dataclass(frozen=True, slots=True)
class RoleNames:
    """The tenant's roles. A run over a role that does not exist must be refused: it would complete without any user."""

    defined: Sequence[Role]

    def ids(self, names: Iterable[DisplayName]) -> list[str]:
        """Return the ids of roles given by display names, each of which one role has (``unknown_names`` tells)."""
        ids: list[str] = []
        for name in names:
            ids += self._named(name.text)
        return ids

    def names(self, ids: Iterable[str]) -> dict[str, str]:
        """Return the display names of roles by their ids as given."""
        found: dict[str, str] = {}
        for name in ids:
            role = self._with_id(name)
            if role:
                found[name] = role.name
        return found

    def unknown_ids(self, ids: Sequence[str]) -> list[tuple[str, str]]:
        """Return an error for each id that no role has."""
        errors: list[tuple[str, str]] = []
        for name in ids:
            is_known = name.lower() == PRIVILEGED or self._with_id(name)
            if not is_known:
                errors.append(("roles", f"this tenant has no role {name}: {_INSTEAD}"))
        return errors

    def unknown_names(self, names: Iterable[DisplayName]) -> list[tuple[str, str]]:
        """Return an error for each display name that no role has, or several."""
        errors: list[tuple[str, str]] = []
        for name in names:
            found = self._named(name.text)
            if len(found) > 1:
                errors.append((name.path, f"{len(found)} roles have this name: write an id, {', '.join(found)}"))
            elif not found:
                errors.append((name.path, self._unknown(name.text)))
        return errors

    def _with_id(self, name: str) -> Role | None:
        for role in self.defined:
            if role.id.lower() == name.lower():
                return role
        return None

    def _named(self, text: str) -> list[str]:
        return [role.id for role in self.defined if role.name == text]

    def _unknown(self, text: str) -> str:
        message = f"this tenant has no role {text[:CLIP]!r}: {_INSTEAD}"
        close = get_close_matches(text, [role.name for role in self.defined], n=3)
        if not close:
            return message
        return f"{message}; did you mean {' or '.join(repr(name[:CLIP]) for name in close)}"
