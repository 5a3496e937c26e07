"""Microsoft Graph, asked about many users: who is in a group, who holds a role, whom a domain trusts."""

from revoker.adapters.certificates import certificates
from revoker.adapters.graph_line import GraphLine
from revoker.adapters.holders import HoldersReader
from revoker.adapters.listing import Row, counted, sightings
from revoker.adapters.questions import Questions
from revoker.adapters.reader import Reader, each
from revoker.answer import Answer
from revoker.federation import Domain
from revoker.ports import Holders, Page
from revoker.sighting import SELECT, Sighting
from revoker.source import Kind, Source


class GraphTenant:
    """Asks Graph about many; every answer, and every absence of one, is a value."""

    def __init__(self, line: GraphLine) -> None:
        self._line = line
        self._reader = Reader(line)
        self._questions = Questions(line)
        self._holders = HoldersReader(self._reader, self._questions)

    async def page(self, source: Source, cursor: str | None) -> Page[Sighting] | Answer:
        """Return one page; raises ValueError for a source that is not listed in pages."""
        found = await (self._reader.next_page(cursor) if cursor else self._first_page(source))
        return found if isinstance(found, Answer) else sightings(found)

    async def count(self, source: Source) -> int | Answer:
        """Return the count that comes with a page of one user: one way for all sources, and as cheap as can be."""
        return counted(await self._reader.ask(self._questions.users(source, ["id"], advanced=True, top=1)))

    async def holders(self, templates: frozenset[str] | None) -> Holders | Answer:
        """Return who holds any of the roles."""
        return await self._holders.holders(templates)

    async def domains(self) -> tuple[Domain, ...] | Answer:
        """Return every domain; one that does not say it is managed counts as federated."""
        rows = await self._reader.rows(self._questions.domains())
        if isinstance(rows, Answer):
            return rows
        return await each(self._domain(row) for row in rows)

    async def permissions(self) -> frozenset[str]:
        """Return the token's roles."""
        roles = (await self._line.claims()).get("roles")
        return frozenset(role for role in roles if isinstance(role, str)) if isinstance(roles, list) else frozenset()

    async def _first_page(self, source: Source) -> Page[Row] | Answer:
        """Ask plainly first: an advanced query is answered from an index that lags. Only filters ever need one."""
        found = await self._reader.page(self._questions.users(source, SELECT, advanced=False))
        if source.kind is Kind.FILTER and isinstance(found, Answer) and found.status == 400:
            return await self._reader.page(self._questions.users(source, SELECT, advanced=True))
        return found

    async def _domain(self, row: Row) -> Domain | Answer:
        name = str(row.get("id"))
        if str(row.get("authenticationType")).lower() == "managed":
            return Domain(name)
        trusted = await self._reader.rows(self._questions.federation(name))
        if isinstance(trusted, Answer):
            return trusted if trusted.passing else Domain(name, federated=True, certificates=None)
        return Domain(name, federated=True, certificates=certificates(trusted))
