"""The managed identity's token: one for the process, asked for once however many callers wait for it."""

import asyncio
import base64
import json
import time
from collections.abc import Mapping
from typing import Any, Self

from azure.core.credentials import AccessToken
from azure.identity.aio import ManagedIdentityCredential

from revoker.adapters.graph.json_values import object_of

# Graph may work on a batch for minutes after the token was put on it, and checks it once more for each item.
_MARGIN_SECONDS = 300


class SharedToken:
    """A credential for Graph: azure-identity's own neither shares a request in flight nor forgets a refused token."""

    def __init__(self, client_id: str | None, scope: str) -> None:
        self._client_id = client_id
        self._scope = scope
        self._lock = asyncio.Lock()
        self._credential: ManagedIdentityCredential | None = None
        self._token: AccessToken | None = None

    async def get_token(self, *_scopes: str, **_options: Any) -> AccessToken:  # noqa: ANN401 - azure-core's signature
        """Return a token that lasts; raises what azure-identity raises where there is none."""
        async with self._lock:
            if self._token is None or self._token.expires_on - _MARGIN_SECONDS < time.time():
                self._credential = self._credential or ManagedIdentityCredential(client_id=self._client_id)
                self._token = await self._credential.get_token(self._scope)
            return self._token

    async def forget(self) -> None:
        """Drop a token that Graph refused, and the credential with it: its own cache would return the token again.

        The platform may still return the same one for hours (docs/graph-facts.md#identity-and-clouds).
        """
        async with self._lock:
            self._token = None
            await self._close_credential()

    async def claims(self) -> Mapping[str, Any]:
        """Return the token's claims, unverified: for diagnosis only, nothing is decided on them alone."""
        token = await self.get_token()
        try:
            payload = token.token.split(".")[1]
            claims = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
        except (IndexError, ValueError):
            return {}
        return object_of(claims)

    async def close(self) -> None:
        """Close the connections."""
        await self._close_credential()

    async def __aenter__(self) -> Self:
        """Enter, as an async credential must be able to."""
        return self

    async def __aexit__(self, *_exception: object) -> None:
        """Leave, closing the connections."""
        await self.close()

    async def _close_credential(self) -> None:
        if self._credential:
            await self._credential.close()
            self._credential = None
