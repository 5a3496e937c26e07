"""A tenant of its own for each contestant and scenario, and questions to its journal."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp

from local.options import ROOT, Options
from local.parts import start_tenant

from .judgement import Truth
from .people import SEED, guest_row, people_of
from .scenario import Scenario

LOG = ROOT / ".local" / "compare.log"
_PATIENCE = 30  # seconds; a script takes some to start


@dataclass(frozen=True, slots=True)
class Stage:
    """A running tenant, the users of the scenario, and where the journal is."""

    scenario: Scenario
    root: str
    truth: Truth
    names: tuple[str, ...] | None
    client: aiohttp.ClientSession
    added: tuple[dict[str, object], ...] = ()

    async def get(self, path: str) -> Any:  # noqa: ANN401 - JSON
        """Return a JSON answer of the tenant's back door."""
        async with self.client.get(f"{self.root}{path}") as response:
            return await response.json()

    async def control(self, **settings: object) -> None:
        """Change how the tenant behaves."""
        async with self.client.post(f"{self.root}/_control", json=settings) as response:
            response.raise_for_status()

    async def reset(self) -> None:
        """Empty the journal and fill every bucket; the scenario's own guests stay.

        A 429 says whole seconds, one at least: the SDKs do not read a fraction, and to come back after hundredths of a
        second would multiply the 429s of those that obey.
        """
        await self.control(reset=True, addUsers=list(self.added), retryAfter="whole")

    async def journal(self) -> dict[str, Any]:
        """Return the counts of everything that the tenant was asked."""
        return dict(await self.get("/_journal"))

    async def accepted(self) -> dict[str, int]:
        """Return how often each user was revoked, urgent users included."""
        found: dict[str, int] = {}
        cursor: str | None = "0"
        while cursor is not None:
            page = await self.get(f"/_journal/users?limit=5000&cursor={cursor}")
            for user in page["users"]:
                found[user["id"]] = user["accepted"]
            cursor = page["cursor"]
        return found

    async def half_done(self) -> None:
        """Wait until half of the users are revoked; give up where nothing happens for half a minute."""
        seen, changed = 0, time.monotonic()
        while time.monotonic() - changed < _PATIENCE:
            count = (await self.journal())["revokedUsers"]
            if count >= self.scenario.size / 2:
                return
            if count != seen:
                seen, changed = count, time.monotonic()
            await asyncio.sleep(0.05)

    async def receipt(self, name: str, since: float) -> float:
        """Return when the tenant revoked a user, not before a moment; raises TimeoutError after a minute."""
        for _ in range(1200):
            moments = (await self.get(f"/_journal/users/{name}"))["acceptedAt"]
            for moment in moments:
                if moment >= since:
                    return float(moment)
            await asyncio.sleep(0.05)
        raise TimeoutError(name)


@asynccontextmanager
async def staged(scenario: Scenario) -> AsyncIterator[Stage]:
    """Run a tenant for the length of a block."""
    LOG.parent.mkdir(exist_ok=True)
    options = Options(
        users=scenario.users,
        seed=SEED,
        latency_ms=scenario.latency_ms,
        write_burst=scenario.burst,
        write_rate=scenario.rate,
        log=LOG,
    )
    tenant = await start_tenant(options)
    try:
        root = str((await tenant.announced())["graph"]).removesuffix("/v1.0")
        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=600)) as client:
            added = [guest_row(number) for number in range(scenario.guests)]
            truth, names = people_of(scenario, [str(row["id"]) for row in added])
            stage = Stage(scenario, root, truth, names, client, tuple(added))
            await stage.reset()
            if scenario.faults != "none":
                async with client.post(f"{root}/_faults", json={"profile": scenario.faults, "seed": 7}) as response:
                    response.raise_for_status()
            yield stage
    finally:
        await tenant.stop()


def names_file(folder: Path, names: tuple[str, ...]) -> Path:
    """Write ids into a file, one a line."""
    path = folder / f"names-{len(names)}-{names[0][:8]}.txt"
    path.write_text("\n".join(names), encoding="ascii")
    return path
