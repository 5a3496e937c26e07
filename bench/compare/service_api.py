"""Speak to the service as a caller does, over HTTP."""

import asyncio
import time
from dataclasses import dataclass
from typing import Any

import aiohttp

from local.serve import Running

_MOST = 600  # seconds for a run
_SOON, _LATE = 0.1, 2.0  # seconds between two questions how far a run is


def pause_after(passed: float) -> float:
    """Return the seconds until a run is asked for again: a fiftieth of those that passed, 0.1 to 2."""
    return min(_LATE, max(_SOON, passed / 50))


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
        """Wait until a run has ended, and return its status, which says when that was.

        The pause grows with the time that has passed: each question is work for the service, and counts as its own.
        """
        began = time.monotonic()
        while time.monotonic() < began + _MOST:
            try:
                status = dict(await self.get(f"/runs/{run}"))
                if status["finishedAt"]:
                    return status
            except aiohttp.ClientError:  # while the host is dead
                pass
            await asyncio.sleep(pause_after(time.monotonic() - began))
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
