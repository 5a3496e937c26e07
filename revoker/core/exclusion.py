"""Exclusions that spare no user of a run: the name may be misspelt, and then a user is signed out unsaid. Pure."""

from collections.abc import Iterable, Mapping, Set as AbstractSet
from dataclasses import dataclass, field

from revoker.core.outcome import Outcome, User


@dataclass(frozen=True, slots=True, kw_only=True)
class Exclusions:
    """Exclusions to be checked: ``names`` that were not looked up, and both names of every member of each group."""

    names: frozenset[str] = frozenset()
    groups: Mapping[str, frozenset[str]] = field(default_factory=dict)

    def __bool__(self) -> bool:
        """Whether there is anything to check."""
        return bool(self.names or self.groups)

    def unmet(self, met: AbstractSet[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Return the names and the groups that spared no user, in order; ``met`` are the names of the users spared."""
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
