"""The listings from which a run takes the users of its scope, in the order in which they are read."""

from dataclasses import dataclass
from enum import StrEnum

from revoker.core.names import object_id
from revoker.core.request import Scope

PRIVILEGED = "privileged"


class Kind(StrEnum):
    """What is listed: ``privileged`` only tells which users go first, ``roles`` lists users; ``caller`` comes last.

    ``plan`` lists the users that a dry run planned.
    """

    PLAN = "plan"
    PRIVILEGED = "privileged"
    ROLES = "roles"
    GROUP = "group"
    FILTER = "filter"
    ALL = "all"
    CALLER = "caller"


# The least application permission with which Graph lists each kind (docs/graph-facts.md#listing-users).
_PERMISSIONS = {Kind.GROUP: "GroupMember.Read.All", Kind.FILTER: "User.Read.All", Kind.ALL: "User.Read.All"}


@dataclass(frozen=True, slots=True)
class Source:
    """One listing: ``value`` is the id of a group, user or dry run, a filter, or role template ids with commas."""

    kind: Kind
    value: str = ""

    @property
    def is_paged(self) -> bool:
        """Whether it comes in pages that show the valid-from date of every user."""
        return self.kind in {Kind.GROUP, Kind.FILTER, Kind.ALL}

    @property
    def lists_role_holders(self) -> bool:
        """Whether it lists privileged users, which go first."""
        return self.kind in {Kind.PRIVILEGED, Kind.ROLES}

    @property
    def templates(self) -> frozenset[str] | None:
        """The role templates asked for; None is every role."""
        if self.value in ("", PRIVILEGED):
            return None
        return frozenset(self.value.split(","))

    @property
    def permission(self) -> str:
        """The least application permission with which Graph lists it."""
        return _PERMISSIONS.get(self.kind, "RoleManagement.Read.Directory")

    def __str__(self) -> str:
        """Return the text that a report shows as the reason for which a user is in the run."""
        if self.kind is Kind.ALL:
            return "allUsers"
        if self.kind not in {Kind.GROUP, Kind.ROLES}:
            return self.kind.value
        # Each user of the run stores this text, and a row holds twenty: a hundred role ids would not fit.
        first, *more = self.value.split(",")
        shown = first
        if more:
            shown = f"{first} and {len(more)} more"
        if self.kind is Kind.GROUP:
            return f"groups/{shown}"
        return f"roles/{shown}"


def sources(scope: Scope, caller: str, plan: str | None = None) -> tuple[Source, ...]:
    """Return the sources of a scope: privileged accounts first, the caller's own account last.

    With the id of a dry run its users come before all; the scope then shows only which users came since.
    """
    found = _of_scope(scope)
    if plan:
        found.insert(0, Source(Kind.PLAN, plan))
    if object_id(caller):
        found.append(Source(Kind.CALLER, caller))
    return tuple(found)


def _of_scope(scope: Scope) -> list[Source]:
    if scope.all_users:  # groups, roles and a filter beside it add no user
        return [Source(Kind.ROLES, PRIVILEGED), Source(Kind.ALL)]
    listed = [Source(Kind.GROUP, group) for group in dict.fromkeys(scope.groups)]
    if scope.filter:
        listed.append(Source(Kind.FILTER, scope.filter))
    first: list[Source] = []
    if listed:
        first.append(Source(Kind.PRIVILEGED))
    if PRIVILEGED in scope.roles:
        first.append(Source(Kind.ROLES, PRIVILEGED))
    elif scope.roles:
        first.append(Source(Kind.ROLES, ",".join(sorted(set(scope.roles)))))
    return [*first, *listed]
