"""Where the directory is asked for users whom nobody named: a run's sources, in the order they are read."""

from dataclasses import dataclass
from enum import StrEnum

from revoker.request import Scope

PRIVILEGED = "privileged"


class Kind(StrEnum):
    """What is listed."""

    ROLES = "roles"
    GROUP = "group"
    FILTER = "filter"
    ALL = "all"
    CALLER = "caller"


@dataclass(frozen=True, slots=True)
class Source:
    """One listing: ``value`` is a group's id, a filter, role template ids with commas between, or an account's id."""

    kind: Kind
    value: str = ""


def sources(scope: Scope) -> tuple[Source, ...]:
    """Return a scope's sources: the dangerous accounts first; all users include every other source."""
    if scope.all_users:
        return Source(Kind.ROLES, PRIVILEGED), Source(Kind.ALL)
    roles = [Source(Kind.ROLES, ",".join(scope.roles))] if scope.roles else []
    groups = [Source(Kind.GROUP, group) for group in scope.groups]
    return (*roles, *groups, *([Source(Kind.FILTER, scope.filter)] if scope.filter else []))
