"""The users in groups that hold a role, and the users that may join such a group."""

import asyncio
from collections.abc import Iterable

from revoker.adapters.graph.eligible import Eligible, eligible_rows
from revoker.adapters.graph.groups import GroupReader
from revoker.adapters.graph.listing import Row
from revoker.adapters.graph.members import MemberReader
from revoker.adapters.graph.pager import Pager, each
from revoker.adapters.graph.principals import principals
from revoker.adapters.graph.role_requests import RoleRequests
from revoker.adapters.graph.transport import GraphTransport
from revoker.core.graph_answer import GraphAnswer
from revoker.ports.graph import RoleHolders

_READ_HIDDEN = "Member.Read.Hidden"


class RoleGroupReader:
    """Asks which users are in groups."""

    def __init__(self, transport: GraphTransport, pager: Pager, groups: GroupReader, members: MemberReader) -> None:
        self._transport = transport
        self._pager = pager
        self._groups = groups
        self._members = members
        self._roles = RoleRequests(transport)

    async def users_in(self, groups: frozenset[str]) -> RoleHolders | GraphAnswer:
        """Return the users inside, and those that may join; not complete where a membership is hidden."""
        joining = await each(self._joining(group) for group in sorted(groups))
        if isinstance(joining, GraphAnswer):
            return joining
        joiners = principals(_members_of(joining))
        if isinstance(joiners, GraphAnswer):
            return joiners
        holding = groups | joiners.groups
        inside, shown = await asyncio.gather(
            each(self._inside(group) for group in sorted(holding)), self._are_shown(holding)
        )
        if isinstance(inside, GraphAnswer):
            return inside
        if isinstance(shown, GraphAnswer):
            return shown
        return RoleHolders(
            ids=joiners.users.union(*inside),
            complete=shown,
            joiners_known=all(one.known for one in joining),
        )

    async def _joining(self, group: str) -> Eligible | GraphAnswer:
        return eligible_rows(await self._pager.rows(self._roles.may_join(group)))

    async def _inside(self, group: str) -> frozenset[str] | GraphAnswer:
        """Return the users in a group; one that was deleted since it was listed has none."""
        found = await self._members.ids(group)
        if isinstance(found, GraphAnswer) and found.status == 404:
            return frozenset()
        return found

    async def _are_shown(self, groups: Iterable[str]) -> bool | GraphAnswer:
        """Whether no membership is hidden from this application: a hidden one looks empty."""
        found = await self._groups.read(sorted(groups))
        hidden = False
        for group in found.values():
            if not isinstance(group, GraphAnswer):
                hidden = hidden or group.hidden
            elif group.passing:
                return group
            elif group.status != 404:
                return False
        return not hidden or _READ_HIDDEN in await self._transport.permissions()


def _members_of(joining: Iterable[Eligible]) -> list[Row]:
    """Return the rows of future members; an owner of a group does not hold its roles."""
    rows: list[Row] = []
    for eligible in joining:
        rows += [row for row in eligible.rows if row.get("accessId") != "owner"]
    return rows
