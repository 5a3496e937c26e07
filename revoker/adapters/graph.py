"""Microsoft Graph through msgraph-sdk's client and pipeline; answers are read natively, never as models.

The SDK's own batch classes lose error bodies and its models cost seconds on first use (docs/decisions/0003), so its
builders give the URLs, its adapter signs and sends, and the JSON is read here. Its retries are off: the queue is the
one retry loop.
"""

import asyncio
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import batched
from typing import Any

import httpx
from azure.core.exceptions import AzureError
from kiota_abstractions.base_request_configuration import RequestConfiguration
from kiota_abstractions.method import Method
from kiota_abstractions.native_response_handler import NativeResponseHandler
from kiota_abstractions.request_information import RequestInformation
from kiota_authentication_azure.azure_identity_authentication_provider import AzureIdentityAuthenticationProvider
from kiota_http.middleware.options import ResponseHandlerOption, RetryHandlerOption
from msgraph.generated.users.users_request_builder import UsersRequestBuilder
from msgraph.graph_request_adapter import GraphRequestAdapter, options
from msgraph_core import GraphClientFactory

from revoker.adapters.identity import SharedToken
from revoker.adapters.reply import answers_of, read_reply
from revoker.answer import Answer
from revoker.batch import MOST_IN_BATCH
from revoker.request import Priority
from revoker.sighting import SELECT, Sighting, sighting

_THROTTLE_PRIORITY = {Priority.URGENT: "High", Priority.BULK: "Low"}
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


class GraphDirectory:
    """Asks Graph; whatever comes back, and whatever does not, becomes an ``Answer``."""

    def __init__(self, endpoint: str, token: SharedToken, timeout: timedelta) -> None:
        host = httpx.URL(endpoint).host
        provider = AzureIdentityAuthenticationProvider(token, scopes=[], allowed_hosts=[host])
        self._transport = httpx.AsyncHTTPTransport(http2=endpoint.startswith("https:"))
        client = httpx.AsyncClient(transport=self._transport, timeout=timeout.total_seconds())
        client = GraphClientFactory.create_with_default_middleware(client=client, options=options)
        self._adapter = GraphRequestAdapter(provider, client)
        self._adapter.base_url = f"{endpoint}/v1.0"
        self._users = UsersRequestBuilder(self._adapter, {"baseurl": self._adapter.base_url})
        self._token = token
        self._gate = asyncio.Semaphore(_BATCHES_AT_ONCE)

    async def revoke(self, names: Sequence[str], priority: Priority) -> Mapping[str, Answer]:
        """Revoke at most 20 users in one call."""
        return await self._batch([Item(name, "POST", self._revoke_url(name)) for name in names], priority)

    async def read(self, names: Sequence[str], priority: Priority) -> Mapping[str, Answer]:
        """Read users, 20 a call."""
        groups = list(batched(names, MOST_IN_BATCH, strict=False))
        results = await asyncio.gather(*(self._read(group, priority) for group in groups))
        return {name: answer for result in results for name, answer in result.items()}

    async def search(self, attribute: str, value: str) -> tuple[Sighting, ...] | Answer:
        """Find users by an on-premises attribute; a filter on the account name is an advanced query (learn 577870)."""
        query = UsersRequestBuilder.UsersRequestBuilderGetQueryParameters(
            filter=f"{attribute} eq '{value.replace("'", "''")}'", select=list(SELECT), count=True, top=2
        )
        info = self._users.to_get_request_information(RequestConfiguration(query_parameters=query))
        info.headers.try_add("ConsistencyLevel", "eventual")
        async with self._gate:
            answer = await self._send(info)
        listed = answer.body.get("value")
        if not answer.accepted or not isinstance(listed, list):
            return answer
        return tuple(seen for row in listed if isinstance(row, dict) and (seen := sighting(row)))

    async def home_tenant(self) -> str | None:
        """Return the token's tenant, where a token can be had and tells it."""
        try:
            tenant = (await self._token.claims()).get("tid")
        except AzureError:
            return None
        return tenant.lower() if isinstance(tenant, str) else None

    async def ping(self) -> None:
        """Get a token."""
        await self._token.get_token()

    async def close(self) -> None:
        """Close the connections; the SDK's wrapper of the transport does not pass a close on."""
        await self._transport.aclose()
        await self._token.close()

    async def _read(self, names: Sequence[str], priority: Priority) -> Mapping[str, Answer]:
        async with self._gate:
            return await self._batch([Item(name, "GET", self._user_url(name)) for name in names], priority)

    def _user_url(self, name: str) -> str:
        return f"{self._address(name)}?$select={','.join(SELECT)}"

    def _revoke_url(self, name: str) -> str:
        return f"{self._address(name)}/revokeSignInSessions"

    def _address(self, name: str) -> str:
        """Return the relative URL of a user; a name that begins with ``$`` needs the key form (graph, Revoking)."""
        info = self._users.by_user_id(name.replace("'", "''") if name.startswith("$") else name)
        path = info.to_delete_request_information().url.removeprefix(self._adapter.base_url)
        return f"/users('{path.removeprefix('/users/')}')" if name.startswith("$") else path

    async def _batch(self, items: Sequence[Item], priority: Priority) -> Mapping[str, Answer]:
        """Post one batch; after a refused token, once more with a new one, only what was refused."""
        answers = await self._post(items, priority)
        refused = [item for item in items if answers[item.name].status == 401]
        if not refused:
            return answers
        await self._token.forget()
        return {**answers, **await self._post(refused, priority)}

    async def _post(self, items: Sequence[Item], priority: Priority) -> dict[str, Answer]:
        level = _THROTTLE_PRIORITY[priority]
        asked = [item.as_json(number, level) for number, item in enumerate(items)]
        info = RequestInformation(Method.POST, "{+baseurl}/$batch", {"baseurl": self._adapter.base_url})
        info.headers.try_add("x-ms-throttle-priority", level)
        info.set_stream_content(json.dumps({"requests": asked}).encode(), _JSON)
        outer = await self._send(info)
        return dict(zip((item.name for item in items), answers_of(outer, len(items)), strict=True))

    async def _send(self, info: RequestInformation) -> Answer:
        native = ResponseHandlerOption(NativeResponseHandler())
        info.add_request_options([native, RetryHandlerOption(should_retry=False)])
        try:
            response: Any = await self._adapter.send_primitive_async(info, "bytes", {})
        except httpx.TimeoutException:
            return Answer(fault="timeout")
        except httpx.HTTPError:
            return Answer(fault="connection")
        except AzureError:
            return Answer(fault="no_token")
        return read_reply(response.status_code, response.headers, response.content)
