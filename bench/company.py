"""What the benchmarks share: everything running, a client, and questions to API and journal."""

import asyncio
import sys
import time
from collections.abc import Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from local.serve import Options, Running, serving  # noqa: E402 - the checkout is put on the path first

LOG = ROOT / ".local" / "bench.log"


@asynccontextmanager
async def company(**options: Any):  # noqa: ANN201, ANN401 - passed on to Options
    """Run everything, and a client."""
    LOG.parent.mkdir(exist_ok=True)
    async with serving(Options(log=LOG, **options)) as running, aiohttp.ClientSession() as client:
        yield running, client


async def members(client: aiohttp.ClientSession, running: Running, count: int) -> list[str]:
    """Return the ids of so many members of the tenant, as its own listing gives them."""
    token = await get(
        client,
        f"{running.root}/msi/token?api-version=2019-08-01&resource=https://graph.microsoft.com",
        {"X-IDENTITY-HEADER": "x"},
    )
    url, found = f"{running.graph}/users?$top=999&$select=id,userType", []
    while url and len(found) < count:
        page = await get(client, url, {"Authorization": f"Bearer {token['access_token']}"})
        found += [row["id"] for row in page["value"] if row["userType"] == "Member"]
        url = page.get("@odata.nextLink")
    return found[:count]


async def get(client: aiohttp.ClientSession, url: str, headers: dict[str, str] | None = None) -> Any:  # noqa: ANN401
    """Return a JSON answer."""
    async with client.get(url, headers=headers) as response:
        return await response.json()


async def post_run(client: aiohttp.ClientSession, running: Running, users: list[str], **more: object) -> dict[str, Any]:
    """Start a run and return its status; raise for anything but 202."""
    async with client.post(f"{running.api}/runs", json={"users": users, "reason": "benchmark", **more}) as response:
        answer = await response.json()
        if response.status != 202:
            raise RuntimeError(answer)
        return dict(answer)


async def until(condition: Callable[[], Awaitable[bool]], seconds: float, every: float = 0.2) -> None:
    """Wait for a condition, asked for ``every`` so many seconds; raise after ``seconds``."""
    end = time.monotonic() + seconds
    while not await condition():
        if time.monotonic() > end:
            raise TimeoutError
        await asyncio.sleep(every)


async def receipt(client: aiohttp.ClientSession, running: Running, name: str) -> float:
    """Return when the tenant took a user's revocation, in seconds since the epoch."""
    for _ in range(200):
        seen = await get(client, f"{running.root}/_journal/users/{name}")
        if seen["acceptedAt"]:
            return float(seen["acceptedAt"][0])
        await asyncio.sleep(0.05)
    raise TimeoutError(name)


async def ended(client: aiohttp.ClientSession, running: Running, run: str) -> bool:
    """Whether a run has ended."""
    return bool((await get(client, f"{running.api}/runs/{run}"))["finishedAt"])


async def warm_reset(client: aiohttp.ClientSession, running: Running) -> None:
    """Empty the journal and fill the quota, after the first call has warmed everything."""
    async with client.post(f"{running.root}/_control", json={"reset": True}) as response:
        response.raise_for_status()
