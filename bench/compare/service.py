"""Run this project as a contestant: built, served, and spoken to over HTTP alone."""

import asyncio
import time
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import aiohttp

from local.serve import Running, serving

from .contestant import Contestant
from .judgement import ContestantRun
from .process import Used, used_by_app
from .service_api import Api
from .service_options import options_for
from .stage import Stage

_REST = 1.0  # seconds between two urgent requests
_DONE = {"verified", "revoked", "unverified"}
_FAILED = {"failed", "refused", "abandoned", "unresolved"}


async def run_service(contestant: Contestant, stage: Stage, _folder: Path) -> ContestantRun:
    """Play the scenario over HTTP, and return what the report says and the processes used."""
    async with serving(options_for(contestant, stage)) as running, aiohttp.ClientSession() as client:
        api = Api(running, client)
        await _warm(api, stage)
        before = _used(running)
        began = time.time()
        run = await api.start(**_body(stage))
        ran = ContestantRun(began=began, ended=began, done=None)
        if stage.scenario.kill:
            ran = await _killed(api, stage, ran, before)
            before = Used()
        elif stage.scenario.urgent:
            ran = replace(ran, waits=await _urgent(api, stage))
        status = await api.ended(run)
        used = _used(running)
        users = await api.users(run)
    note = ""
    if status["state"] != "completed":
        note = f"ended {status['state']}"
    return replace(
        _with_report(ran, users),
        ended=datetime.fromisoformat(status["finishedAt"]).timestamp(),
        cpu=ran.cpu + used.cpu - before.cpu,
        app_cpu=ran.app_cpu + used.app_cpu - before.app_cpu,
        megabytes=max(ran.megabytes, used.megabytes),
        note=note,
    )


def _with_report(ran: ContestantRun, users: Iterable[Mapping[str, object]]) -> ContestantRun:
    """Return what ran with the users that the service's report calls done, failed or read back."""
    done, failed, read_back = set(), set(), 0
    for user in users:
        name, outcome = str(user["id"]), user["outcome"]
        if outcome in _DONE:
            done.add(name)
        if outcome in _FAILED:
            failed.add(name)
        if outcome == "verified":
            read_back += 1
    return replace(ran, done=frozenset(done), failed=frozenset(failed), read_back=read_back)


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


async def _killed(api: Api, stage: Stage, ran: ContestantRun, before: Used) -> ContestantRun:
    await stage.half_done()
    used = _used(api.running)
    assert api.running.host is not None  # noqa: S101 - it runs
    await api.running.host.kill()
    revoked = (await stage.journal())["revokedUsers"]
    await asyncio.sleep(1.0)
    await api.running.start_host()
    return replace(
        ran,
        left="its ledger; goes on by itself where it stopped",
        at_kill=revoked,
        cpu=used.cpu - before.cpu,
        app_cpu=used.app_cpu - before.app_cpu,
        megabytes=used.megabytes,
    )


async def _urgent(api: Api, stage: Stage) -> tuple[float, ...]:
    waits = []
    for name in sorted(stage.truth.urgent):
        called = time.time()
        await api.start(users=[name])
        waits.append(await stage.receipt(name, called) - called)
        await asyncio.sleep(_REST)
    return tuple(waits)


def _used(running: Running) -> Used:
    """Return what the embedded host and the app in its worker have used; storage is Azure's part."""
    assert running.host is not None  # noqa: S101 - it runs
    return used_by_app(app=running.worker_pid or running.host.pid, host=running.host.pid)
