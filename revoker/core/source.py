"""The listings from which a run takes the users of its scope, in the order in which they are read."""

from dataclasses import dataclass
from enum import StrEnum

from revoker.core.names import object_id
from revoker.core.request import Scope

PRIVILEGED = "privileged"


class Kind(StrEnum):
    """What is listed: ``privileged`` only tells which users go first, ``roles`` lists users; ``caller`` comes last."""

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
    """One listing: ``value`` is a group's id, a filter, role template ids with commas between, or a user's id."""

    kind: Kind
    value: str = ""

    @property
    def is_paged(self) -> bool:
        """Whether it comes in pages that show the valid-from date of every user."""
        return self.kind in {Kind.GROUP, Kind.FILTER, Kind.ALL}

    @property
    def is_dangerous(self) -> bool:
        """Whether it tells which users must go first."""
        return self.kind in {Kind.PRIVILEGED, Kind.ROLES}

    @property
    def templates(self) -> frozenset[str] | None:
        """The role templates asked for; None is every role."""
        return None if self.value in ("", PRIVILEGED) else frozenset(self.value.split(","))

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
        shown = f"{first} and {len(more)} more" if more else first
        return f"groups/{shown}" if self.kind is Kind.GROUP else f"roles/{shown}"


def sources(scope: Scope, caller: str) -> tuple[Source, ...]:
    """Return the sources of a scope: privileged accounts first, the caller's own account last."""
    last = [Source(Kind.CALLER, caller)] if object_id(caller) else []
    if scope.all_users:  # groups, roles and a filter beside it add no user
        return Source(Kind.ROLES, PRIVILEGED), Source(Kind.ALL), *last
    listed = [Source(Kind.GROUP, group) for group in dict.fromkeys(scope.groups)]
    if scope.filter:
        listed.append(Source(Kind.FILTER, scope.filter))
    first = [Source(Kind.PRIVILEGED)] if listed else []
    if scope.roles:
        roles = PRIVILEGED if PRIVILEGED in scope.roles else ",".join(sorted(set(scope.roles)))
        first.append(Source(Kind.ROLES, roles))
    return *first, *listed, *last
