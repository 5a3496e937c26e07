"""The users that hold directory roles: active and eligible holders, and the users in the groups among them."""

import asyncio
from collections.abc import Iterable

from revoker.adapters.graph.eligible import Eligible, eligible_rows
from revoker.adapters.graph.listing import Row, object_id_of
from revoker.adapters.graph.pager import Pager
from revoker.adapters.graph.principals import principals
from revoker.adapters.graph.role_groups import RoleGroupReader
from revoker.adapters.graph.role_requests import RoleRequests
from revoker.core.graph_answer import GraphAnswer
from revoker.ports.graph import Role, RoleHolders


class RoleHolderReader:
    """Asks which users hold roles; a role's id is compared in lower case."""

    def __init__(self, pager: Pager, requests: RoleRequests, groups: RoleGroupReader) -> None:
        self._pager = pager
        self._requests = requests
        self._groups = groups

    async def role_holders(self, roles: frozenset[str] | None) -> RoleHolders | GraphAnswer:
        """Return the users with any of the roles; None asks for all roles."""
        assigned, eligible = await asyncio.gather(self._pager.rows(self._requests.assigned()), self._eligible())
        if isinstance(assigned, GraphAnswer):
            return assigned
        if isinstance(eligible, GraphAnswer):
            return eligible
        return await self._holders(_of_roles((*assigned, *eligible.rows), roles), complete=eligible.known)

    async def defined_roles(self) -> tuple[Role, ...] | GraphAnswer:
        """Return every role that the tenant defines."""
        rows = await self._pager.rows(self._requests.defined())
        if isinstance(rows, GraphAnswer):
            return rows
        return tuple(Role(object_id_of(row), str(row.get("displayName"))) for row in rows)

    async def _holders(self, rows: Iterable[Row], *, complete: bool) -> RoleHolders | GraphAnswer:
        found = principals(rows)
        if isinstance(found, GraphAnswer):
            return found
        inside = await self._groups.users_in(found.groups)
        if isinstance(inside, GraphAnswer):
            return inside
        return RoleHolders(
            ids=found.users | inside.ids,
            complete=complete and inside.complete,
            joiners_known=inside.joiners_known,
        )

    async def _eligible(self) -> Eligible | GraphAnswer:
        return eligible_rows(await self._pager.rows(self._requests.eligible()))


def _of_roles(rows: Iterable[Row], roles: frozenset[str] | None) -> list[Row]:
    """Return the rows of the roles asked for, at whatever scope: a role over one unit is a role all the same."""
    if roles is None:
        return list(rows)
    wanted = {role.lower() for role in roles}
    return [row for row in rows if str(row.get("roleDefinitionId")).lower() in wanted]
