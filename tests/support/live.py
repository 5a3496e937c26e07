"""A running tenant and a running API, as tests speak to them."""

import asyncio
import base64
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

import aiohttp

from local.host.settings import POLLING

# Ten looks a second at each of eight queues cost an idle host and its storage a sixth of a core: look less often.
SELDOM = {POLLING: "00:00:00.300"}
# The tenant of the contract tests: three pages of users, of every kind there is.
USERS, POPULATION = 2100, "mixed"


@dataclass
class Tenant:
    """A running tenant, and what it may be told."""

    root: str
    client: aiohttp.ClientSession

    async def control(self, **settings: object) -> None:
        """Change how it behaves; ``reset=True`` makes it as new."""
        async with self.client.post(f"{self.root}/_control", json=settings) as response:
            response.raise_for_status()

    async def script(self, *requests: dict[str, object]) -> None:
        """Say how it answers the next matching requests."""
        async with self.client.post(f"{self.root}/_script", json={"requests": list(requests)}) as response:
            response.raise_for_status()

    async def faults(self, profile: str, seed: int) -> None:
        """Give it a fault profile."""
        async with self.client.post(f"{self.root}/_faults", json={"profile": profile, "seed": seed}) as response:
            response.raise_for_status()

    async def user(self, name: str) -> dict[str, Any]:
        """Return what the journal knows about a user."""
        async with self.client.get(f"{self.root}/_journal/users/{quote(name, safe='')}") as response:
            return dict(await response.json())

    async def journal(self) -> dict[str, Any]:
        """Return what it was asked and what it did, in numbers."""
        async with self.client.get(f"{self.root}/_journal") as response:
            return dict(await response.json())


def principal(*roles: str, person: str = "11111111-2222-4333-8444-555555555555", name: str = "Rita Responder") -> str:
    """Return the header that App Service Authentication sets for a caller with these roles."""
    claims = [{"typ": "roles", "val": role} for role in roles]
    claims += [
        {"typ": "http://schemas.microsoft.com/identity/claims/objectidentifier", "val": person},
        {"typ": "name", "val": name},
    ]
    said = {"auth_typ": "aad", "claims": claims, "name_typ": "name", "role_typ": "roles"}
    return base64.b64encode(json.dumps(said).encode()).decode()


@dataclass(frozen=True)
class Answer:
    """What the API answered."""

    status: int
    body: dict[str, Any]
    headers: Mapping[str, str]


@dataclass
class Api:
    """The API over HTTP; the caller has every role unless a test says otherwise."""

    root: str
    client: aiohttp.ClientSession
    header: str | None = field(
        default_factory=lambda: principal("Sessions.Read", "Sessions.Revoke", "Sessions.RevokeAll")
    )

    async def ask(self, method: str, path: str, body: object = None, **headers: str) -> Answer:
        """Send a request; a body that is bytes goes as it is, anything else as JSON."""
        data = body if isinstance(body, bytes) or body is None else json.dumps(body).encode()
        sent = {"Content-Type": "application/json"} if data is not None else {}
        sent |= {"X-MS-CLIENT-PRINCIPAL": self.header} if self.header else {}
        sent |= {name.replace("_", "-"): value for name, value in headers.items()}
        async with self.client.request(method, f"{self.root}/{path}", data=data, headers=sent) as response:
            text = await response.read()
            return Answer(response.status, json.loads(text) if text else {}, response.headers)

    async def start(self, *users: str, **more: object) -> Answer:
        """Start a run for users."""
        return await self.ask("POST", "runs", {"users": list(users), "reason": "end-to-end test", **more})

    async def finish(self, run_id: str, seconds: float = 30) -> dict[str, Any]:
        """Wait for a run's end and return its status."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            answer = await self.ask("GET", f"runs/{run_id}/result")
            if answer.status == 200:
                return answer.body
            await asyncio.sleep(0.1)
        raise TimeoutError(answer.body)

    async def reach(self, run_id: str, counts: dict[str, int]) -> None:
        """Wait until a run's users stand so."""
        for _ in range(200):
            if (await self.ask("GET", f"runs/{run_id}")).body["counts"] == counts:
                return
            await asyncio.sleep(0.05)
        raise TimeoutError(counts)

    async def outcomes(self, run_id: str) -> dict[str, tuple[str, str | None]]:
        """Return every user's outcome and reason, by the name asked for."""
        found: dict[str, tuple[str, str | None]] = {}
        cursor = ""
        while True:
            page = (await self.ask("GET", f"runs/{run_id}/users?limit=1000{cursor}")).body
            found |= {user["requestedAs"]: (user["outcome"], user["reason"]) for user in page["users"]}
            if page["cursor"] is None:
                return found
            cursor = f"&cursor={page['cursor']}"
