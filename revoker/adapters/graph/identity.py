"""The managed identity's token: one for the process, asked for once however many callers wait for it."""

import asyncio
import base64
import json
import time
from collections.abc import Mapping
from contextlib import suppress
from typing import Any, Self

from azure.core.credentials import AccessToken
from azure.core.exceptions import AzureError
from azure.identity.aio import ManagedIdentityCredential

from revoker.adapters.graph.json_values import object_of

# Graph may work on a batch for minutes after the token was put on it, and checks it once more for each item.
_MARGIN_SECONDS = 300
# The platform may have a token with permissions that ours lacks: our own copy adds no more than this to the wait.
_OWN_COPY_SECONDS = 15 * 60
# The endpoint is on this machine. Without these the library waits five minutes for an answer, four times over, while
# every call of the process waits for the one token.
_PATIENCE: Mapping[str, Any] = {
    "connection_timeout": 5,
    "read_timeout": 10,
    "retry_total": 2,
    "use_env_settings": False,
}


class SharedToken:
    """A credential for one scope.

    azure-identity's own neither shares a request in flight, nor forgets a refused token, nor looks again at where
    tokens are to be had.
    """

    def __init__(self, client_id: str | None, scope: str) -> None:
        self._client_id = client_id
        self._scope = scope
        self._lock = asyncio.Lock()
        self._credential: ManagedIdentityCredential | None = None
        self._token: AccessToken | None = None
        self._asked_at = 0.0
        self._failures = 0
        self._failure: AzureError | None = None

    async def get_token(self, *_scopes: str, **_options: Any) -> AccessToken:  # noqa: ANN401 - azure-core's signature
        """Return a token that lasts; raises what azure-identity raises where there is none.

        One attempt stands for every caller that waited for it: 24 batches do not try one after the other.
        """
        failures = self._failures
        async with self._lock:
            if self._token is None or self._token.expires_on - _MARGIN_SECONDS < time.time():
                if self._failure and self._failures > failures:
                    raise self._failure
                self._token = await self._asked()
            elif time.monotonic() - self._asked_at > _OWN_COPY_SECONDS:
                await self._close_credential()  # its own cache would return the token that is here
                with suppress(AzureError):
                    self._token = await self._asked()
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

    async def _asked(self) -> AccessToken:
        """Ask the platform; after a failure the next attempt reads anew where to ask, and with which header.

        The platform rotates the header (docs/graph-facts.md#identity-and-clouds), and the library's credential keeps
        the one that it was made with.
        """
        self._asked_at = time.monotonic()
        self._credential = self._credential or ManagedIdentityCredential(client_id=self._client_id, **_PATIENCE)
        try:
            token: AccessToken = await self._credential.get_token(self._scope)
        except AzureError as error:
            self._failures, self._failure = self._failures + 1, error
            await self._close_credential()
            raise
        return token

    async def _close_credential(self) -> None:
        if self._credential:
            await self._credential.close()
            self._credential = None
