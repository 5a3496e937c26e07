"""Access tokens: how a request is signed, and what a token says about itself (unchecked: for messages only)."""

import base64
import binascii
import json
import time
import uuid
from collections.abc import Callable, Generator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Protocol

import httpx

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
class Given:
    """A token from the environment; when it ends, the command does not need to know."""

    token: str = field(repr=False)
    expires_on: int = 2**53


@dataclass(slots=True)
class Bearer(httpx.Auth):
    """Signs each request with a token that is good for some minutes still: a whole tenant outlives one."""

    fetch: Callable[[], Token]
    held: Token | None = field(default=None, repr=False)

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response]:
        """Set the header."""
        if self.held is None or self.held.expires_on - _EARLY < time.time():
            self.held = self.fetch()
        request.headers["Authorization"] = f"Bearer {self.held.token}"
        yield request


@dataclass(frozen=True, slots=True)
class Played(httpx.Auth):
    """Signs a request as a person of that name with every role, for an API on this machine that checks no sign-in.

    App Service sets this header in Azure and strips it from what clients send (Microsoft Learn, "Work with user
    identities in Azure App Service authentication"), so that it counts for nothing there.
    """

    name: str

    @property
    def id(self) -> str:
        """The object id that stands for the name."""
        return str(uuid.uuid5(uuid.NAMESPACE_DNS, self.name.lower()))

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response]:
        """Set the header."""
        claims = [{"typ": "oid", "val": self.id}]
        claims.append({"typ": "preferred_username", "val": self.name})
        claims += [{"typ": "roles", "val": f"Sessions.{role}"} for role in ("Read", "Revoke", "RevokeAll")]
        principal = json.dumps({"auth_typ": "aad", "name_typ": "name", "role_typ": "roles", "claims": claims})
        request.headers["X-MS-CLIENT-PRINCIPAL"] = base64.b64encode(principal.encode()).decode()
        yield request


def claims_of(token: str) -> dict[str, Any] | None:
    """Return what a token says about itself, None where it is no token of three parts."""
    parts = token.split(".")
    if len(parts) != 3:
        return None
    try:
        found = json.loads(base64.urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4)))
    except (binascii.Error, ValueError):
        return None
    return found if isinstance(found, dict) else None


def caller_of(auth: httpx.Auth | None) -> str | None:
    """Return the object id of the caller as requests are signed; None where that does not tell.

    Unsigned requests are taken on a laptop alone, from one person whose id is ``local`` (``REVOKER_AUTH=none``).

    ``oid`` identifies the caller in a tenant (Microsoft Learn, "Access token claims reference").
    """
    if auth is None:
        return "local"
    if isinstance(auth, Played):
        return auth.id
    if isinstance(auth, Bearer) and auth.held:
        found = (claims_of(auth.held.token) or {}).get("oid")
        return found if isinstance(found, str) else None
    return None


def why_refused(token: str, now: datetime) -> str:
    """Say what is wrong with a token that the API did not take: its end, or the application it is for."""
    claims = claims_of(token)
    if claims is None:
        return "The token is no access token: it has three parts with dots between them, and begins with eyJ."
    ends, audience = claims.get("exp"), claims.get("aud")
    if isinstance(ends, int | float) and ends < now.timestamp():
        minutes = int((now.timestamp() - ends) // 60)
        return f"The token ended {minutes} min ago, at {datetime.fromtimestamp(ends, UTC):%H:%M}Z: fetch a new one."
    if isinstance(audience, str):
        return f"The token is for {audience[:100]}: fetch one for Revoker's own application (apiAudience)."
    return "The token does not say for which application it is."
