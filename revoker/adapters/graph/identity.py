"""The managed identity's token: one for the process, asked for once however many wait for it."""

import asyncio
import base64
import json
import time
from typing import Any, Self

from azure.core.credentials import AccessToken
from azure.identity.aio import ManagedIdentityCredential

_MARGIN_SECONDS = 300  # Graph may answer a batch minutes after the token was put on it


class SharedToken:
    """A credential for Graph: the library's own neither shares a request in flight nor forgets a refused token."""

    def __init__(self, client_id: str | None, scope: str) -> None:
        self._client_id = client_id
        self._scope = scope
        self._lock = asyncio.Lock()
        self._credential: ManagedIdentityCredential | None = None
        self._token: AccessToken | None = None

    async def get_token(self, *_scopes: str, **_options: Any) -> AccessToken:  # noqa: ANN401 - azure-core's signature
        """Return a token that lasts; raises what azure-identity raises when there is none to be had."""
        async with self._lock:
            if self._token is None or self._token.expires_on - _MARGIN_SECONDS < time.time():
                self._credential = self._credential or ManagedIdentityCredential(client_id=self._client_id)
                self._token = await self._credential.get_token(self._scope)
            return self._token

    async def forget(self) -> None:
        """Drop a token that Graph refused, and with it the credential, whose own cache would return it again."""
        async with self._lock:
            self._token = None
            await self._close_credential()

    async def claims(self) -> dict[str, Any]:
        """Return the token's claims, unverified: for diagnosis only, nothing is decided on them alone."""
        token = await self.get_token()
        try:
            payload = token.token.split(".")[1]
            claims = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
        except (IndexError, ValueError):
            return {}
        return claims if isinstance(claims, dict) else {}

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
