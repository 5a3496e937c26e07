"""Where the directory is asked for users whom nobody named: a run's sources, in the order they are read. Pure."""

from dataclasses import dataclass
from enum import StrEnum

from revoker.core.names import object_id
from revoker.core.request import Scope

PRIVILEGED = "privileged"


class Kind(StrEnum):
    """What is listed: ``privileged`` only learns who is dangerous, ``roles`` lists them; ``caller`` comes last."""

    PRIVILEGED = "privileged"
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

    @property
    def is_paged(self) -> bool:
        """Whether it comes in pages that show every user's valid-from."""
        return self.kind in {Kind.GROUP, Kind.FILTER, Kind.ALL}

    @property
    def is_dangerous(self) -> bool:
        """Whether it tells who must go first."""
        return self.kind in {Kind.PRIVILEGED, Kind.ROLES}

    @property
    def templates(self) -> frozenset[str] | None:
        """Return the role templates asked for; None is every role."""
        return None if self.value in ("", PRIVILEGED) else frozenset(self.value.split(","))

    @property
    def permission(self) -> str:
        """Return the least application permission with which Graph lists it (reference: graph, Reading)."""
        needed = {Kind.GROUP: "GroupMember.Read.All", Kind.FILTER: "User.Read.All", Kind.ALL: "User.Read.All"}
        return needed.get(self.kind, "RoleManagement.Read.Directory")

    def __str__(self) -> str:
        """Return what a reader of the report sees as the reason for a user's being in it."""
        valued = {Kind.GROUP: "groups", Kind.ROLES: "roles"}
        first, *more = self.value.split(",")
        value = f"{first} and {len(more)} more" if more else first  # each user of the run holds it, and a row twenty
        named = {Kind.ALL: "allUsers", **{kind: f"{word}/{value}" for kind, word in valued.items()}}
        return named.get(self.kind, self.kind.value)


def sources(scope: Scope, caller: str) -> tuple[Source, ...]:
    """Return a scope's sources: the dangerous accounts first, the caller's own last; all users include the others."""
    last = (Source(Kind.CALLER, caller),) if object_id(caller) else ()
    if scope.all_users:
        return Source(Kind.ROLES, PRIVILEGED), Source(Kind.ALL), *last
    listed = [Source(Kind.GROUP, group) for group in dict.fromkeys(scope.groups)]
    listed += [Source(Kind.FILTER, scope.filter)] if scope.filter else []
    first = [Source(Kind.PRIVILEGED)] if listed else []
    roles = PRIVILEGED if PRIVILEGED in scope.roles else ",".join(sorted(set(scope.roles)))
    return *first, *([Source(Kind.ROLES, roles)] if roles else []), *listed, *last
