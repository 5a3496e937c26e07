"""Microsoft Graph, asked about a tenant: its users, groups, role holders and domains."""

from collections.abc import Mapping, Sequence

from revoker.adapters.graph.batch import GraphBatch
from revoker.adapters.graph.domains import DomainReader
from revoker.adapters.graph.groups import GroupReader
from revoker.adapters.graph.listing import Row, counted, directory_users
from revoker.adapters.graph.members import MemberReader
from revoker.adapters.graph.pager import Pager
from revoker.adapters.graph.requests import GraphRequests, needs_advanced
from revoker.adapters.graph.role_groups import RoleGroupReader
from revoker.adapters.graph.role_holders import RoleHolderReader
from revoker.adapters.graph.role_requests import RoleRequests
from revoker.adapters.graph.transport import GraphTransport
from revoker.adapters.graph.user_reader import UserReader
from revoker.core.directory_user import SELECT, DirectoryUser
from revoker.core.federation import Domain
from revoker.core.graph_answer import GraphAnswer
from revoker.core.source import Kind, Source
from revoker.core.tenant import Tenant
from revoker.ports.graph import NOT_COUNTED, Group, Role, RoleHolders
from revoker.ports.page import Page


class MsGraphListings:
    """Keeps the promises of ``ports.graph.GraphListings``."""

    def __init__(self, transport: GraphTransport) -> None:
        self._transport = transport
        self._pager = Pager(transport)
        self._requests = GraphRequests(transport)
        batch = GraphBatch(transport)
        self._groups = GroupReader(batch, self._pager, self._requests)
        self._domains = DomainReader(self._pager, self._requests)
        self._members = MemberReader(self._pager, self._requests, UserReader(batch))
        role_groups = RoleGroupReader(transport, self._pager, self._groups, self._members)
        self._roles = RoleHolderReader(self._pager, RoleRequests(transport), role_groups)

    async def page(self, source: Source, cursor: str | None) -> Page[DirectoryUser] | GraphAnswer:
        """Return one page; raises ValueError for a source that is not listed in pages."""
        if cursor:
            found = await self._pager.next_page(cursor)
        else:
            found = await self._first_page(source)
        if isinstance(found, GraphAnswer):
            return found
        if source.kind is Kind.GROUP:
            found = await self._members.users_on(found)
            if isinstance(found, GraphAnswer):
                return found
        return directory_users(found)

    async def count(self, source: Source) -> int | GraphAnswer:
        """Return the count that comes with a page of one user: one way for all sources, and as cheap as can be."""
        found = counted(await self._pager.ask(self._requests.users(source, ["id"], advanced=True, top=1)))
        if isinstance(found, GraphAnswer) and found.status == 400:
            # Azure AD B2C refuses to count at all: a plain page tells that from a source that is wrong.
            plain = await self._first_page(source)
            if isinstance(plain, GraphAnswer):
                return plain
            return NOT_COUNTED
        return found

    async def read_groups(self, ids: Sequence[str]) -> Mapping[str, Group | GraphAnswer]:
        """Return groups by id."""
        return await self._groups.read(ids)

    async def find_groups(self, name: str, most: int = 6) -> tuple[Group, ...] | GraphAnswer:
        """Return at most so many groups with a display name."""
        return await self._groups.find(name, most)

    async def role_holders(self, templates: frozenset[str] | None) -> RoleHolders | GraphAnswer:
        """Return the users with any of the roles."""
        return await self._roles.role_holders(templates)

    async def defined_roles(self) -> tuple[Role, ...] | GraphAnswer:
        """Return every role that the tenant defines."""
        return await self._roles.defined_roles()

    async def domains(self) -> tuple[Domain, ...] | GraphAnswer:
        """Return every domain with what it trusts."""
        return await self._domains.domains()

    async def tenant(self) -> Tenant:
        """Return the tenant by the id in the token and by its default domain: neither takes a permission more."""
        return Tenant(await self._transport.tenant_id(), await self._domains.default_domain())

    async def permissions(self) -> frozenset[str]:
        """Return the token's permissions."""
        return await self._transport.permissions()

    async def _first_page(self, source: Source) -> Page[Row] | GraphAnswer:
        """Ask plainly first: an advanced query is answered from an index that lags. Only some filters need one.

        Graph refuses `endsWith` in a plain query, so a filter with it costs one request and not two.
        """
        if source.kind is Kind.GROUP:
            return await self._members.first_page(source.value)
        advanced = source.kind is Kind.FILTER and needs_advanced(source.value)
        found = await self._pager.page(self._requests.users(source, SELECT, advanced=advanced))
        if source.kind is Kind.FILTER and not advanced and isinstance(found, GraphAnswer) and found.status == 400:
            return await self._pager.page(self._requests.users(source, SELECT, advanced=True))
        return found
