"""Which API is asked, and as whom; a token goes over TLS, or stays on this machine."""

import logging
import time
from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass, field
from typing import Protocol
from urllib.parse import urlsplit

import httpx

from revoker.cli.ending import UsageError

_LOOPBACK = {"127.0.0.1", "localhost", "::1"}
_EARLY = 300  # seconds before its end at which a token is fetched anew


class Token(Protocol):
    """An access token of azure-identity: text, and its end in seconds since 1970."""

    @property
    def token(self) -> str:
        """The token itself."""
        ...

    @property
    def expires_on(self) -> int:
        """Its end."""
        ...


@dataclass(frozen=True, slots=True)
class Access:
    """The API's address, without a slash at its end, and how a request is signed: not at all on a laptop."""

    api: str
    auth: httpx.Auth | None
    local: bool


@dataclass(slots=True)
class Bearer(httpx.Auth):
    """Signs each request with a token that is good for some minutes still: a whole tenant outlives one."""

    fetch: Callable[[], Token]
    _held: Token | None = field(default=None, repr=False)

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response]:
        """Set the header."""
        if self._held is None or self._held.expires_on - _EARLY < time.time():
            self._held = self.fetch()
        request.headers["Authorization"] = f"Bearer {self._held.token}"
        yield request


@dataclass(frozen=True, slots=True)
class Given:
    """A token that somebody else fetched; when it ends is not known here."""

    token: str = field(repr=False)
    expires_on: int = 2**53


def access(api: str | None, audience: str | None, env: Mapping[str, str]) -> Access:
    """Return what the options and ``REVOKE_API``, ``REVOKE_TOKEN``, ``REVOKE_AUDIENCE`` say; raises UsageError."""
    address, local = _address(api or env.get("REVOKE_API") or "")
    token, audience = env.get("REVOKE_TOKEN", "").strip(), audience or env.get("REVOKE_AUDIENCE")
    if token:
        if not (token.isascii() and token.isprintable() and " " not in token):
            raise UsageError("REVOKE_TOKEN is no token: set the bare access token, without 'Bearer'.")
        return Access(address, Bearer(lambda: Given(token)), local)
    return Access(address, Bearer(_identity(audience)) if audience else None, local)


def _address(text: str) -> tuple[str, bool]:
    if not text:
        raise UsageError("Which API? Give --api or set REVOKE_API, as in https://revoker.azurewebsites.net/api.")
    try:
        parts = urlsplit(text)
        host, _ = parts.hostname, parts.port
    except ValueError:
        host = None
    if not host or parts.scheme not in {"https", "http"} or parts.query or parts.fragment or "@" in parts.netloc:
        raise UsageError("The API's address should look like https://revoker.azurewebsites.net/api.")
    local = host in _LOOPBACK
    if parts.scheme == "http" and not local:
        raise UsageError(f"{host} is not this machine: write https://, or the token can be read on its way.")
    return f"{parts.scheme}://{parts.netloc}{parts.path.rstrip('/') or '/api'}", local


def _identity(audience: str) -> Callable[[], Token]:
    """Return how azure-identity fetches a token: from az, a managed identity, or whatever else it finds."""
    try:
        from azure.identity import DefaultAzureCredential  # noqa: PLC0415 - optional: a token in hand needs no Azure
    except ImportError:
        raise UsageError("--audience needs azure-identity: install it, or set REVOKE_TOKEN.") from None
    logging.getLogger("azure").addHandler(logging.NullHandler())  # it would say on the screen what we say below
    credential, scope = DefaultAzureCredential(), f"{audience.rstrip('/')}/.default"
    return lambda: _fetched(credential.get_token, scope)


def _fetched(get_token: Callable[[str], Token], scope: str) -> Token:
    from azure.core.exceptions import AzureError, ClientAuthenticationError  # noqa: PLC0415 - with azure-identity

    try:
        return get_token(scope)
    except ClientAuthenticationError as error:
        raise UsageError(f"No token for {scope}: sign in with az login, or set REVOKE_TOKEN. {error.message}") from None
    except AzureError as error:
        raise httpx.ConnectError(f"the identity does not answer: {error.message}") from None
