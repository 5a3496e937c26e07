"""Speak to the service as a caller does, over HTTP."""

import asyncio
import time
from dataclasses import dataclass
from typing import Any

import aiohttp

from local.serve import Running

_MOST = 600  # seconds for a run


@dataclass(frozen=True, slots=True)
class Api:
    """The service's address, and a client."""

    running: Running
    client: aiohttp.ClientSession

    async def get(self, path: str) -> Any:  # noqa: ANN401 - JSON
        """Return a JSON answer."""
        async with self.client.get(f"{self.running.api}{path}") as response:
            return await response.json()

    async def start(self, **body: object) -> str:
        """Start a run and return its id; raises for anything but 202."""
        async with self.client.post(f"{self.running.api}/runs", json={"reason": "benchmark", **body}) as response:
            answer = await response.json()
            if response.status != 202:
                raise RuntimeError(answer)
            return str(answer["runId"])

    async def ended(self, run: str) -> dict[str, Any]:
        """Wait until a run has ended, and return its status."""
        limit = time.monotonic() + _MOST
        while time.monotonic() < limit:
            try:
                status = dict(await self.get(f"/runs/{run}"))
                if status["finishedAt"]:
                    return status
            except aiohttp.ClientError:  # while the host is dead
                pass
            await asyncio.sleep(0.25)
        raise TimeoutError(run)

    async def users(self, run: str) -> list[dict[str, Any]]:
        """Return every user of a run."""
        found: list[dict[str, Any]] = []
        cursor = ""
        while True:
            page = await self.get(f"/runs/{run}/users?limit=1000&cursor={cursor}")
            found += page["users"]
            cursor = page["cursor"] or ""
            if not cursor:
                return found
