"""The way to Microsoft Graph: msgraph-sdk's pipeline signs and sends, and answers are read natively.

The SDK's own models cost seconds on first use (docs/decisions/0003), so its builders give the URLs, its adapter signs
and sends, and the JSON is read here. Its retries are off: the queue is the one retry loop. Its redirects are off too:
Graph sends none, and a token must not follow one.
"""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
from azure.core.exceptions import AzureError
from kiota_abstractions.native_response_handler import NativeResponseHandler
from kiota_abstractions.request_information import RequestInformation
from kiota_authentication_azure.azure_identity_authentication_provider import AzureIdentityAuthenticationProvider
from kiota_http.middleware.options import RedirectHandlerOption, ResponseHandlerOption, RetryHandlerOption
from msgraph.graph_request_adapter import GraphRequestAdapter, options
from msgraph_core import GraphClientFactory

from revoker.adapters.graph.identity import SharedToken
from revoker.adapters.graph.reply import read_reply
from revoker.core.graph_answer import GraphAnswer
from revoker.core.request import Priority

# Low is refused first and High last when a quota is used up (docs/graph-facts.md#throttling).
THROTTLE_PRIORITY = {Priority.URGENT: "High", Priority.BULK: "Low"}
_LONGEST_LINK = 16_000  # longer than a server takes, and short enough for a row of the ledger
_UNSENDABLE = GraphAnswer(
    status=400,
    body={"error": {"code": "BadRequest", "message": "Too long for a URL, or with a character that none can carry."}},
)


class GraphTransport:
    """Sends one request at a time; every response, and every failure to get one, becomes a ``GraphAnswer``."""

    def __init__(self, endpoint: str, token: SharedToken, timeout: timedelta) -> None:
        host = httpx.URL(endpoint).host
        provider = AzureIdentityAuthenticationProvider(token, scopes=[], allowed_hosts=[host])
        self._http = httpx.AsyncHTTPTransport(http2=endpoint.startswith("https:"))
        client = httpx.AsyncClient(transport=self._http, timeout=timeout.total_seconds())
        client = GraphClientFactory.create_with_default_middleware(client=client, options=options)
        self._endpoint = endpoint
        self.token = token
        self.base_url = f"{endpoint}/v1.0"
        self.adapter = GraphRequestAdapter(provider, client)
        self.adapter.base_url = self.base_url

    def owns(self, link: str) -> bool:
        """Whether a link leads to this endpoint: a token is never sent to another."""
        return len(link) <= _LONGEST_LINK and link.startswith(f"{self._endpoint}/")

    async def ask(self, info: RequestInformation) -> GraphAnswer:
        """Send a request; after a refused token, once more with a new one."""
        answer = await self.send(info)
        if answer.status != 401:
            return answer
        await self.token.forget()
        info.headers.remove("Authorization")
        return await self.send(info)

    async def send(self, info: RequestInformation) -> GraphAnswer:
        """Send a request, once."""
        native = ResponseHandlerOption(NativeResponseHandler())
        retries, redirects = RetryHandlerOption(should_retry=False), RedirectHandlerOption(should_redirect=False)
        info.add_request_options([native, retries, redirects])
        try:
            response: Any = await self.adapter.send_primitive_async(info, "bytes", {})
        except httpx.TimeoutException:
            return GraphAnswer(fault="timeout")
        except httpx.HTTPError:
            return GraphAnswer(fault="connection")
        except (httpx.InvalidURL, UnicodeEncodeError):
            return _UNSENDABLE
        except AzureError:
            return GraphAnswer(fault="no_token")
        return read_reply(response.status_code, response.headers, response.content, datetime.now(UTC))

    async def claims(self) -> Mapping[str, Any]:
        """Return the token's claims, for diagnosis only; none without a token."""
        try:
            return await self.token.claims()
        except AzureError:
            return {}

    async def tenant_id(self) -> str | None:
        """Return the tenant id in the token (claim ``tid``), lower case, where there is one."""
        tid = (await self.claims()).get("tid")
        return tid.lower() if isinstance(tid, str) and tid else None

    async def permissions(self) -> frozenset[str]:
        """Return the application permissions in the token (claim ``roles``); none without a token."""
        roles = (await self.claims()).get("roles")
        if not isinstance(roles, list):
            return frozenset()
        return frozenset(role for role in roles if isinstance(role, str))

    async def close(self) -> None:
        """Close the connections; the SDK's wrapper of the transport does not pass a close on."""
        await self._http.aclose()
        await self.token.close()
