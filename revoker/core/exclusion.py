"""Exclusions that spare no user of a run. The name may be misspelt: then a user is signed out that should be spared."""

from collections.abc import Iterable, Mapping, Set as AbstractSet
from dataclasses import dataclass, field

from revoker.core.outcome import Outcome, User


@dataclass(frozen=True, slots=True, kw_only=True)
class Exclusions:
    """What a run excludes and nothing has confirmed yet.

    ``names`` are excluded users that were not looked up, ``groups`` both names of every member, by the group's id.
    """

    names: frozenset[str] = frozenset()
    groups: Mapping[str, frozenset[str]] = field(default_factory=dict)

    def __bool__(self) -> bool:
        """Whether there is anything to check."""
        return bool(self.names or self.groups)

    def unused(self, spared: AbstractSet[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Return the names and the groups that spared no user, in order; ``spared`` are the names of spared users."""
        groups = [group for group, members in self.groups.items() if members.isdisjoint(spared)]
        return tuple(sorted(self.names - spared)), tuple(sorted(groups))


def spared_names(users: Iterable[User]) -> set[str]:
    """Return every name of the users that an exclusion may have spared.

    Protected users are among them: a user may be protected and excluded, and then ends `protected`.
    """
    names: set[str] = set()
    for user in users:
        if user.outcome in (Outcome.EXCLUDED, Outcome.PROTECTED):
            names |= user.names
    return names
