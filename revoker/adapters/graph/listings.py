"""Microsoft Graph, asked about many users: who is in a group, who holds a role, whom a domain trusts."""

import asyncio

from revoker.adapters.graph.certificates import trust
from revoker.adapters.graph.listing import Row, counted, directory_users
from revoker.adapters.graph.pager import Pager
from revoker.adapters.graph.requests import GraphRequests
from revoker.adapters.graph.role_holders import RoleHolderReader
from revoker.adapters.graph.transport import GraphTransport
from revoker.core.directory_user import SELECT, DirectoryUser
from revoker.core.federation import Domain
from revoker.core.graph_answer import GraphAnswer, reason_of
from revoker.core.source import Kind, Source
from revoker.ports.graph import RoleHolders
from revoker.ports.page import Page


class MsGraphListings:
    """Asks Graph about many; every answer, and every absence of one, is a value."""

    def __init__(self, line: GraphTransport) -> None:
        self._line = line
        self._reader = Pager(line)
        self._questions = GraphRequests(line)
        self._holders = RoleHolderReader(self._reader, self._questions)

    async def page(self, source: Source, cursor: str | None) -> Page[DirectoryUser] | GraphAnswer:
        """Return one page; raises ValueError for a source that is not listed in pages."""
        found = await (self._reader.next_page(cursor) if cursor else self._first_page(source))
        return found if isinstance(found, GraphAnswer) else directory_users(found)

    async def count(self, source: Source) -> int | GraphAnswer:
        """Return the count that comes with a page of one user: one way for all sources, and as cheap as can be."""
        return counted(await self._reader.ask(self._questions.users(source, ["id"], advanced=True, top=1)))

    async def role_holders(self, templates: frozenset[str] | None) -> RoleHolders | GraphAnswer:
        """Return who holds any of the roles."""
        return await self._holders.role_holders(templates)

    async def domains(self) -> tuple[Domain, ...] | GraphAnswer:
        """Return every domain; one that does not say it is managed counts as federated."""
        rows = await self._reader.rows(self._questions.domains())
        if isinstance(rows, GraphAnswer):
            return rows
        return tuple(await asyncio.gather(*(self._domain(row) for row in rows)))

    async def permissions(self) -> frozenset[str]:
        """Return the token's roles."""
        roles = (await self._line.claims()).get("roles")
        return frozenset(role for role in roles if isinstance(role, str)) if isinstance(roles, list) else frozenset()

    async def _first_page(self, source: Source) -> Page[Row] | GraphAnswer:
        """Ask plainly first: an advanced query is answered from an index that lags. Only filters ever need one."""
        found = await self._reader.page(self._questions.users(source, SELECT, advanced=False))
        if source.kind is Kind.FILTER and isinstance(found, GraphAnswer) and found.status == 400:
            return await self._reader.page(self._questions.users(source, SELECT, advanced=True))
        return found

    async def _domain(self, row: Row) -> Domain:
        name = str(row.get("id"))
        is_root = row.get("isRoot") is not False
        if str(row.get("authenticationType")).lower() == "managed":
            return Domain(name, is_root=is_root)
        trusted = await self._reader.rows(self._questions.federation(name))
        if not isinstance(trusted, GraphAnswer):
            return Domain(name, federated=True, is_root=is_root, trusts=tuple(map(trust, trusted)))
        # 404: the domain has no configuration of its own. Any other answer says nothing about the other domains.
        unread = None if trusted.status == 404 else reason_of(trusted)
        return Domain(name, federated=True, is_root=is_root, unread=unread)
