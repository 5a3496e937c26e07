"""Roles that have not spread yet: the host stops at every 403 and is started again, and nothing is lost."""

import asyncio
import json
import shutil
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import aiohttp
import pytest
from support.gatekeeper import Gatekeeper, gatekeeper
from support.live import Answer, Api, Tenant
from support.platform import Platform, platform

from local.azurite.process import azurite
from local.serve import ROOT, Options, serving

USERS = 60
SETTINGS = {"REVOKER_VERIFY_DELAYS": "1,1", "REVOKER_HEAL_AFTER_SECONDS": "5", "REVOKER_AUTH": "easyauth"}
PATIENCE = 120


def impatient_app(folder: Path) -> tuple[Path, dict[str, str]]:
    """Return the product's app that heals every two seconds, and the settings it needs; nothing befalls it."""
    shutil.copy(ROOT / "tests" / "fixtures" / "mortal" / "function_app.py", folder)
    host = json.loads((ROOT / "host.json").read_bytes())
    # Ten looks a second at each of eight queues cost an idle host and its storage a sixth of a core: look less often.
    host["extensions"]["queues"] |= {"visibilityTimeout": "00:00:01", "maxPollingInterval": "00:00:00.400"}
    (folder / "host.json").write_text(json.dumps(host))
    orders = folder / "orders.json"
    orders.write_text(json.dumps({"doom": None, "post": None, "skew": 0}))
    return folder, SETTINGS | {"MORTAL_ROOT": str(ROOT), "MORTAL_ORDERS": str(orders)}


async def until(true: Callable[[], bool]) -> None:
    """Wait for something that is about to happen."""
    async with asyncio.timeout(PATIENCE):
        while not true():  # noqa: ASYNC110 - what we wait for happens in other processes
            await asyncio.sleep(0.1)


async def restarts(keeper: Platform, count: int) -> None:
    """Wait until the host has stopped so many times more."""
    before = len(keeper.ends)
    await until(lambda: len(keeper.ends) >= before + count)


async def asked(api: Api, users: list[str]) -> Answer | None:
    """Ask for a run under one key; None where no host answers."""
    body = {"users": users, "reason": "end-to-end test"}
    with suppress(aiohttp.ClientError, ValueError):
        return await api.ask("POST", "runs", body, Idempotency_Key="roles")
    return None


async def started(api: Api, users: list[str]) -> str:
    """Ask until a run was accepted, as a caller does, and return its id."""
    async with asyncio.timeout(PATIENCE):
        while True:
            answer = await asked(api, users)
            if answer is not None and answer.status == 202:
                return str(answer.body["runId"])
            await asyncio.sleep(0.2)


async def finished(api: Api, run: str) -> dict[str, tuple[str, str | None]]:
    """Return all outcomes once the run has ended; meanwhile the host may be away."""
    async with asyncio.timeout(PATIENCE):
        while True:
            with suppress(aiohttp.ClientError, ValueError, KeyError):
                await api.finish(run, PATIENCE)
                return await api.outcomes(run)


async def come_and_go(gate: Gatekeeper, keeper: Platform, tenant: Tenant) -> None:
    """Take the queue's role away in the middle of the run, twice, each time until hosts have stopped."""
    for _ in range(2):
        seen = (await tenant.journal())["revokedUsers"]
        gate.refused.add("Queue")
        await restarts(keeper, 2)
        gate.refused.clear()
        for _ in range(100):
            if (await tenant.journal())["revokedUsers"] != seen:
                break
            await asyncio.sleep(0.1)


@pytest.mark.timeout(400)
async def test_a_host_without_its_roles_loses_nothing(tmp_path: Path) -> None:
    """First nothing may be used, then the tables, then all; then the queues' role goes and comes again."""
    app, settings = impatient_app(tmp_path)
    log = tmp_path / "children.log"
    async with (
        azurite() as storage,
        gatekeeper(storage.connection_string) as gate,
        aiohttp.ClientSession() as client,
        serving(
            Options(
                users=100,
                latency_ms=200,
                storage=gate.connection_string,
                app=app,
                settings=settings,
                lease_seconds=2,
                lock_seconds=1,
                log=log,
            )
        ) as running,
        platform(running) as keeper,
    ):
        api, tenant = Api(running.api, client), Tenant(running.root, client)
        names = [f"user{number:06d}@contoso.com" for number in range(20, 20 + USERS)]
        gate.refused |= {"Queue", "Table"}
        await restarts(keeper, 2)
        gate.refused.remove("Table")
        asking = asyncio.create_task(started(api, names))
        await restarts(keeper, 2)
        gate.refused.clear()
        run = await asking
        await come_and_go(gate, keeper, tenant)
        outcomes = await finished(api, run)

        assert set(names) == set(outcomes)
        assert {"verified", "not_effective", "not_found"} >= {outcome for outcome, _ in outcomes.values()}
        assert {3, -1} == set(keeper.ends)
        assert (await tenant.journal())["revokedUsers"] == sum(
            outcome == "verified" for outcome, _ in outcomes.values()
        )
