"""Microsoft Graph, asked about users that the caller names: revoke them, read them, search for one."""

from collections.abc import Mapping, Sequence

from revoker.adapters.graph.batch import GraphBatch
from revoker.adapters.graph.listing import directory_users
from revoker.adapters.graph.pager import Pager
from revoker.adapters.graph.requests import GraphRequests
from revoker.adapters.graph.transport import GraphTransport
from revoker.adapters.graph.user_reader import UserReader
from revoker.adapters.graph.user_urls import RESTRICTED, items, restricted_url, revoke_url
from revoker.core.directory_user import DirectoryUser
from revoker.core.graph_answer import GraphAnswer
from revoker.core.pool import UNNAMED
from revoker.core.request import Priority


class MsGraphUsers:
    """Asks Graph about users by name."""

    def __init__(self, transport: GraphTransport, pool: Mapping[str, GraphTransport] | None = None) -> None:
        """Read through ``transport``; revoke through the one that ``pool`` has for the identity asked for."""
        self._transport = transport
        self._batch = GraphBatch(transport)
        self._pool = {UNNAMED: transport, **(pool or {})}
        self._batches = {identity: GraphBatch(one) for identity, one in self._pool.items()}
        self._pager = Pager(transport)
        self._requests = GraphRequests(transport)
        self._reader = UserReader(self._batch)

    async def revoke(
        self, names: Sequence[str], priority: Priority, identity: str = UNNAMED
    ) -> Mapping[str, GraphAnswer]:
        """Revoke at most 20 users in one call."""
        return await self._batches[identity].post(items("POST", names, revoke_url), priority)

    async def read(self, names: Sequence[str], priority: Priority) -> Mapping[str, GraphAnswer]:
        """Read users, 20 a call."""
        return await self._reader.read(names, priority)

    async def shielded(self, names: Sequence[str], priority: Priority) -> Mapping[str, bool]:
        """Read whether the users' management is restricted, by itself: other reads must not depend on this property."""
        answers = await self._batch.post(items("GET", names, restricted_url), priority)
        told: dict[str, bool] = {}
        for name, answer in answers.items():
            value = answer.body.get(RESTRICTED) if answer.accepted else None
            if isinstance(value, bool):
                told[name] = value
        return told

    async def search(self, attribute: str, value: str, most: int = 2) -> tuple[DirectoryUser, ...] | GraphAnswer:
        """Find users by the value of an attribute."""
        page = await self._pager.page(self._requests.users_by(attribute, value, most))
        if isinstance(page, GraphAnswer):
            return page
        users = directory_users(page)
        if isinstance(users, GraphAnswer):
            return users
        return users.rows

    async def home_tenant(self) -> str | None:
        """Return the token's tenant, where a token can be had and tells it."""
        return await self._transport.tenant_id()

    async def permissions_of(self, identity: str) -> frozenset[str] | None:
        """Return the permissions in the token of an identity."""
        transport = self._pool[identity]
        if not await transport.claims():
            return None
        return await transport.permissions()

    async def ping(self) -> None:
        """Get a token."""
        await self._transport.token.get_token()
