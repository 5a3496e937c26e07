"""One batch ends its worker at every delivery: the others in flight with it are done all the same."""

import asyncio
import json
import shutil
import time
from contextlib import suppress
from pathlib import Path

import aiohttp
import pytest
from support.live import Api, Tenant
from support.platform import platform

from local.serve import ROOT, Options, serving

BATCHES, EACH = 24, 20  # what one queue of one host has in flight (host.json), and what a batch holds
SETTINGS = {"REVOKER_VERIFY_DELAYS": "1,1", "REVOKER_AUTH": "easyauth"}
LONGEST = 300


def deadly_app(folder: Path) -> Path:
    """Return the app that dies, with the product's host.json but for the times of its queues."""
    shutil.copy(ROOT / "tests" / "fixtures" / "deadly" / "function_app.py", folder)
    host = json.loads((ROOT / "host.json").read_bytes())
    # Ten looks a second at each of eight queues cost an idle host and its storage a sixth of a core: look less often.
    host["extensions"]["queues"] |= {"visibilityTimeout": "00:00:01", "maxPollingInterval": "00:00:00.400"}
    (folder / "host.json").write_text(json.dumps(host))
    return folder


@pytest.mark.timeout(LONGEST + 60)
async def test_a_batch_that_kills_its_worker_takes_no_neighbour_along(tmp_path: Path) -> None:
    """Of 480 users in flight at once, the killer's twenty end abandoned and all others verified."""
    log, deadly = tmp_path / "children.log", tmp_path / "deadly"
    settings = SETTINGS | {"DEADLY_ROOT": str(ROOT), "DEADLY_FILE": str(deadly)}
    options = Options(
        users=600,
        seed=3,
        latency_ms=100,
        app=deadly_app(tmp_path),
        lease_seconds=2,
        lock_seconds=1,
        settings=settings,
        log=log,
    )
    async with aiohttp.ClientSession() as client, serving(options) as running, platform(running) as keeper:
        api, tenant = Api(running.api, client), Tenant(running.root, client)
        names = [f"user{number:06d}@contoso.com" for number in range(20, 600)]
        ids = [user["id"] for name in names if (user := await tenant.user(name)).get("id")][: BATCHES * EACH]
        deadly.write_text(ids[EACH + 3])
        began = time.monotonic()
        run = await _started(api, ids)
        outcomes = await _ended(api, run)

        assert time.monotonic() - began < LONGEST
        assert keeper.ends, "the third death of a worker stops its host"
    abandoned = {name for name, (outcome, _) in outcomes.items() if outcome == "abandoned"}
    assert ids[EACH + 3] in abandoned
    assert len(abandoned) == EACH
    assert {"message_died"} == {reason for outcome, reason in outcomes.values() if outcome == "abandoned"}
    assert {"verified"} == {outcome for name, (outcome, _) in outcomes.items() if name not in abandoned}


async def _started(api: Api, users: list[str]) -> str:
    """Return the run's id; the worker may die before it has answered, so the same is asked again under one key."""
    body = {"users": users, "reason": "end-to-end test", "priority": "urgent"}
    while True:
        with suppress(aiohttp.ClientError, ValueError):
            answer = await api.ask("POST", "runs", body, Idempotency_Key="deadly")
            if answer.status == 202:
                return str(answer.body["runId"])
        await asyncio.sleep(0.5)


async def _ended(api: Api, run: str) -> dict[str, tuple[str, str | None]]:
    """Return all outcomes once the run has ended; meanwhile the host may be away."""
    while True:
        try:
            await api.finish(run, LONGEST)
            return await api.outcomes(run)
        except (aiohttp.ClientError, ValueError):
            continue
