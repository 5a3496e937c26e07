"""Who holds directory roles: active holders, eligible ones, and the users in the groups among them."""

import asyncio
from collections.abc import Iterable, Mapping

from revoker.adapters.graph.listing import Members, Row, members
from revoker.adapters.graph.pager import Pager, each
from revoker.adapters.graph.requests import GraphRequests
from revoker.core.graph_answer import GraphAnswer
from revoker.ports.graph import RoleHolders


class RoleHolderReader:
    """Asks who holds roles; a template id is compared in lower case."""

    def __init__(self, reader: Pager, questions: GraphRequests) -> None:
        self._reader = reader
        self._questions = questions

    async def role_holders(self, templates: frozenset[str] | None) -> RoleHolders | GraphAnswer:
        """Return who holds any of the roles; None asks for all roles."""
        listed = await self._reader.rows(self._questions.roles())
        if isinstance(listed, GraphAnswer):
            return listed
        roles = {str(row.get("roleTemplateId")).lower(): str(row.get("id")) for row in listed}
        active, eligible = await asyncio.gather(
            each(self._active(roles[name]) for name in roles if _asked(name, templates)),
            self._reader.rows(self._questions.eligible()),
        )
        if isinstance(active, GraphAnswer):
            return active
        if isinstance(eligible, GraphAnswer) and eligible.passing:
            return eligible
        rows = () if isinstance(eligible, GraphAnswer) else eligible
        found = await self._expanded([*active, _eligible(rows, templates)])
        if isinstance(found, GraphAnswer):
            return found
        known = roles.keys() | {_template(row) for row in rows}
        unknown = tuple(sorted(name for name in templates or () if name.lower() not in known))
        return RoleHolders(found, unknown, complete=not isinstance(eligible, GraphAnswer))

    async def _active(self, role: str) -> Members | GraphAnswer:
        rows = await self._reader.rows(self._questions.role_members(role))
        return rows if isinstance(rows, GraphAnswer) else members(rows)

    async def _expanded(self, found: Iterable[Members]) -> frozenset[str] | GraphAnswer:
        """Return the users, and the users in the groups."""
        together = Members.union(found)
        inside = await each(self._inside(group) for group in sorted(together.groups))
        return inside if isinstance(inside, GraphAnswer) else together.users.union(*inside)

    async def _inside(self, group: str) -> frozenset[str] | GraphAnswer:
        """Return the users in a group; one that was deleted since it was listed holds nobody."""
        rows = await self._reader.rows(self._questions.users_in(group, ["id"]))
        if isinstance(rows, GraphAnswer):
            return frozenset() if rows.status == 404 else rows
        return members(rows).users


def _eligible(rows: Iterable[Row], templates: frozenset[str] | None) -> Members:
    principals = (row.get("principal") for row in rows if _asked(_template(row), templates))
    return members(principal for principal in principals if isinstance(principal, Mapping))


def _template(row: Row) -> str:
    return str(row.get("roleDefinitionId")).lower()


def _asked(template: str, templates: frozenset[str] | None) -> bool:
    return templates is None or template in {name.lower() for name in templates}
