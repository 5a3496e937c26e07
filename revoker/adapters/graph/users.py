"""Microsoft Graph, asked to revoke and to read named users: `$batch` and searches.

The SDK's own batch classes lose error bodies (docs/decisions/0003), so a batch is put together and taken apart here.
"""

import asyncio
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import batched
from urllib.parse import quote

from kiota_abstractions.base_request_configuration import RequestConfiguration
from kiota_abstractions.method import Method
from kiota_abstractions.request_information import RequestInformation
from msgraph.generated.users.users_request_builder import UsersRequestBuilder

from revoker.adapters.graph.reply import answers_of
from revoker.adapters.graph.transport import THROTTLE_PRIORITY, GraphTransport
from revoker.core.batch import MOST_IN_BATCH
from revoker.core.directory_user import SELECT, DirectoryUser, directory_user
from revoker.core.graph_answer import GraphAnswer
from revoker.core.request import Priority

_BATCHES_AT_ONCE = 4
_JSON = "application/json"


@dataclass(frozen=True, slots=True)
class Item:
    """One request inside a batch."""

    name: str
    method: str
    url: str

    def as_json(self, number: int, priority: str) -> dict[str, object]:
        """Return the item as Graph's batch wants it; a POST needs a body and its type (docs-contrib#6105)."""
        headers = {"x-ms-throttle-priority": priority}
        item: dict[str, object] = {"id": str(number), "method": self.method, "url": self.url, "headers": headers}
        if self.method == "POST":
            item |= {"headers": headers | {"Content-Type": _JSON}, "body": {}}
        return item


class MsGraphUsers:
    """Asks Graph about users by name."""

    def __init__(self, line: GraphTransport) -> None:
        self._line = line
        self._users = UsersRequestBuilder(line.adapter, {"baseurl": line.base_url})
        self._gate = asyncio.Semaphore(_BATCHES_AT_ONCE)

    async def revoke(self, names: Sequence[str], priority: Priority) -> Mapping[str, GraphAnswer]:
        """Revoke at most 20 users in one call."""
        return await self._batch([Item(name, "POST", revoke_url(name)) for name in names], priority)

    async def read(self, names: Sequence[str], priority: Priority) -> Mapping[str, GraphAnswer]:
        """Read users, 20 a call."""
        groups = list(batched(names, MOST_IN_BATCH, strict=False))
        results = await asyncio.gather(*(self._read(group, priority) for group in groups))
        return {name: answer for result in results for name, answer in result.items()}

    async def search(self, attribute: str, value: str) -> tuple[DirectoryUser, ...] | GraphAnswer:
        """Find users by an on-premises attribute; a filter on the account name is an advanced query (learn 577870)."""
        query = UsersRequestBuilder.UsersRequestBuilderGetQueryParameters(
            filter=f"{attribute} eq '{value.replace("'", "''")}'", select=list(SELECT), count=True, top=2
        )
        info = self._users.to_get_request_information(RequestConfiguration(query_parameters=query))
        info.headers.try_add("ConsistencyLevel", "eventual")
        async with self._gate:
            answer = await self._line.ask(info)
        listed = answer.body.get("value")
        if not answer.accepted or not isinstance(listed, list):
            return answer
        return tuple(seen for row in listed if isinstance(row, dict) and (seen := directory_user(row)))

    async def home_tenant(self) -> str | None:
        """Return the token's tenant, where a token can be had and tells it."""
        tenant = (await self._line.claims()).get("tid")
        return tenant.lower() if isinstance(tenant, str) else None

    async def ping(self) -> None:
        """Get a token."""
        await self._line.token.get_token()

    async def _read(self, names: Sequence[str], priority: Priority) -> Mapping[str, GraphAnswer]:
        async with self._gate:
            return await self._batch([Item(name, "GET", user_url(name)) for name in names], priority)

    async def _batch(self, items: Sequence[Item], priority: Priority) -> Mapping[str, GraphAnswer]:
        """Post one batch; after a refused token, once more with a new one, only what was refused."""
        answers = await self._post(items, priority)
        refused = [item for item in items if answers[item.name].status == 401]
        if not refused:
            return answers
        await self._line.token.forget()
        return {**answers, **await self._post(refused, priority)}

    async def _post(self, items: Sequence[Item], priority: Priority) -> dict[str, GraphAnswer]:
        level = THROTTLE_PRIORITY[priority]
        asked = [item.as_json(number, level) for number, item in enumerate(items)]
        info = RequestInformation(Method.POST, "{+baseurl}/$batch", {"baseurl": self._line.base_url})
        info.headers.try_add("x-ms-throttle-priority", level)
        info.set_stream_content(json.dumps({"requests": asked}).encode(), _JSON)
        outer = await self._line.send(info)
        return dict(zip((item.name for item in items), answers_of(outer, len(items)), strict=True))


def user_url(name: str) -> str:
    """Return where a user is read, inside a batch."""
    return f"{_address(name)}?$select={','.join(SELECT)}"


def revoke_url(name: str) -> str:
    """Return where a user's sessions are revoked, inside a batch."""
    return f"{_address(name)}/revokeSignInSessions"


def _address(name: str) -> str:
    """Return the relative URL of a user; a name that begins with ``$`` needs the key form (graph, Revoking).

    The SDK's builder gives the same, and takes a third of a batch's CPU time (3.3 ms with it, 2.1 without).
    """
    if name.startswith("$"):
        return f"/users('{quote(name.replace("'", "''"), safe='')}')"
    return f"/users/{quote(name, safe='')}"
