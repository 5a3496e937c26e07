"""Run this project as a contestant: built, served, and spoken to over HTTP alone."""

import asyncio
import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import aiohttp

from local.package import app_folder
from local.serve import Options, Running, serving

from .contestant import Contestant
from .judgement import Ran
from .process import Used, used_by
from .stage import LOG, Stage

# The first read-back after 3 seconds instead of 30, so that many scenarios fit into one sitting.
VERIFY = "3,10,30"
# A message that a killed host held comes back after 5 seconds instead of Azure's 600, as the quota is in faster time.
_LEASE, _LOCK = 5, 1.0
_REST = 1.0
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


async def run_service(contestant: Contestant, stage: Stage, _folder: Path) -> Ran:
    """Play the scenario over HTTP, and return what the report says and the processes used."""
    async with serving(_options(contestant, stage)) as running, aiohttp.ClientSession() as client:
        api = Api(running, client)
        await _warm(api, stage)
        before = used_by(_pids(running))
        began = time.time()
        run = await api.start(**_body(stage))
        ran = Ran(began=began, ended=began, done=None)
        if stage.scenario.kill:
            ran = await _killed(api, stage, ran, before)
            before = Used()
        elif stage.scenario.urgent:
            ran = replace(ran, waits=await _urgent(api, stage))
        status = await api.ended(run)
        ended = time.time()
        used = used_by(_pids(running))
        users = await api.users(run)
    done = [user for user in users if user["outcome"] in {"verified", "revoked", "unverified"}]
    failed = {user["id"] for user in users if user["outcome"] in {"failed", "refused", "abandoned", "unresolved"}}
    return replace(
        ran,
        ended=ended,
        done=frozenset(str(user["id"]) for user in done),
        failed=frozenset(map(str, failed)),
        read_back=sum(user["outcome"] == "verified" for user in users),
        cpu=ran.cpu + used.cpu - before.cpu,
        megabytes=max(ran.megabytes, used.megabytes),
        note="" if status["state"] == "completed" else f"ended {status['state']}",
    )


def _options(contestant: Contestant, stage: Stage) -> Options:
    settings = {"REVOKER_VERIFY_DELAYS": VERIFY}
    if stage.truth.protected:
        settings["REVOKER_PROTECTED"] = ",".join(sorted(stage.truth.protected))
    settings |= tenant_settings(stage.scenario.burst, stage.scenario.rate) | _identities(contestant.identities)
    return Options(
        graph_url=stage.root,
        write_burst=stage.scenario.burst,
        write_rate=stage.scenario.rate,
        settings=settings,
        app=app_folder(),
        lease_seconds=_LEASE if stage.scenario.kill else None,
        lock_seconds=_LOCK if stage.scenario.kill else None,
        log=LOG,
    )


def tenant_settings(burst: float, rate: float) -> dict[str, str]:
    """Return the tenant's own limit in proportion, where the build knows one: six times the burst, thrice the rate."""
    if not _knows("REVOKER_TENANT_RATE"):
        return {}
    return {"REVOKER_TENANT_BURST": f"{burst * 6:g}", "REVOKER_TENANT_RATE": f"{rate * 3:g}"}


def _identities(count: int) -> dict[str, str]:
    """Return the settings that give the app several identities, and all of the tenant's quota to them."""
    if count < 2:  # one is the default and needs none
        return {}
    names = [f"8d3c1f52-47aa-4b6e-9f0d-{number:012d}" for number in range(1, count + 1)]
    return {"REVOKER_IDENTITIES": ",".join(names), "REVOKER_TENANT_SHARE": "1"}


def cannot_run(contestant: Contestant) -> str:
    """Return why this build cannot take part, empty where it can."""
    if contestant.identities > 1 and not _knows("REVOKER_IDENTITIES"):
        return "cannot run: this build knows one identity"
    return ""


def _knows(setting: str) -> bool:
    sources = (app_folder() / "revoker").rglob("*.py")
    return any(setting in path.read_text(encoding="utf-8") for path in sources)


async def _warm(api: Api, stage: Stage) -> None:
    """Start one run of one user, as a service that runs already has; then empty the journal and fill the buckets."""
    name = next(iter(stage.truth.members))
    called = time.time()
    await api.start(users=[name])
    await stage.receipt(name, called)
    if stage.names is None:
        dry = await api.start(allUsers=True, dryRun=True)
        await api.ended(dry)
    await asyncio.sleep(1)  # our own pace remembers the one write
    await stage.reset()


def _body(stage: Stage) -> dict[str, object]:
    if stage.names is not None:
        return {"users": list(stage.names)}
    body: dict[str, object] = {"allUsers": True}
    if stage.truth.urgent:
        body["exclude"] = {"users": sorted(stage.truth.urgent)}
    return body


async def _killed(api: Api, stage: Stage, ran: Ran, before: Used) -> Ran:
    await stage.half_done()
    used = used_by(_pids(api.running))
    assert api.running.host is not None  # noqa: S101 - it runs
    await api.running.host.kill()
    revoked = (await stage.journal())["revokedUsers"]
    await asyncio.sleep(1.0)
    await api.running.start_host()
    left = f"its ledger; goes on by itself where it stopped ({revoked} users were revoked)"
    return replace(ran, left=left, cpu=used.cpu - before.cpu, megabytes=used.megabytes)


async def _urgent(api: Api, stage: Stage) -> tuple[float, ...]:
    waits = []
    for name in sorted(stage.truth.urgent):
        called = time.time()
        await api.start(users=[name])
        waits.append(await stage.receipt(name, called) - called)
        await asyncio.sleep(_REST)
    return tuple(waits)


def _pids(running: Running) -> list[int]:
    """Return the processes that are ours: the embedded host and the app in its worker; storage is Azure's part."""
    assert running.host is not None  # noqa: S101 - it runs
    return [running.host.pid, running.worker_pid or running.host.pid]
