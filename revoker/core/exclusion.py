"""Exclusions that met no user of a run, which may be slips of the pen. Pure."""

from collections.abc import Iterable, Mapping, Set as AbstractSet
from dataclasses import dataclass, field

from revoker.core.outcome import Outcome, User


@dataclass(frozen=True, slots=True, kw_only=True)
class Exclusions:
    """What is to be met: ``names`` of excluded users that were not looked up, and the members of excluded groups."""

    names: frozenset[str] = frozenset()
    groups: Mapping[str, frozenset[str]] = field(default_factory=dict)

    def __bool__(self) -> bool:
        """Whether anything is to be met."""
        return bool(self.names or self.groups)

    def unmet(self, met: AbstractSet[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Return the names and the groups that spared no user, in order; ``met`` are names of users spared."""
        groups = [group for group, members in self.groups.items() if members.isdisjoint(met)]
        return tuple(sorted(self.names - met)), tuple(sorted(groups))


def spared_names(users: Iterable[User]) -> set[str]:
    """Return every name of the users that an exclusion may have spared.

    A protected user may be excluded too: protection is asked first.
    """
    names: set[str] = set()
    for user in users:
        if user.outcome in (Outcome.EXCLUDED, Outcome.PROTECTED):
            names |= user.names
    return names
