"""The demonstration's last part: devices that were off at the eviction come back, and a sweep's tick catches them."""

import asyncio
import time
from datetime import UTC, datetime, timedelta
from typing import Any

from local.demo.stage import Stage

_SHARE = 0.002
_PATIENCE = 150


async def sweep(stage: Stage) -> bool:
    """Let a share of the revoked users return, create a sweep that is due at the next minute, and ask the tenant."""
    print("\n5. The weeks after: devices that were off come back, and a sweep's tick catches them")
    await stage.post(f"{stage.tenant}/_faults", {"profile": "none"})
    await stage.post(f"{stage.tenant}/_control", {"federation": "rotated"})
    cutoff = datetime.now(UTC) - timedelta(minutes=30)
    returned = await _come_back(stage)
    due = datetime.now(UTC) + timedelta(seconds=65)
    body = {
        "name": "after the eviction",
        "allUsers": True,
        "compromisedAt": "2026-01-01T00:00:00Z",
        "issuedBefore": cutoff.isoformat(),
        "schedule": f"0 {due.minute} * * * *",
        "until": (due + timedelta(days=30)).isoformat(),
        "reason": "Demonstration: the weeks after",
    }
    made = await stage.post(f"{stage.api}/sweeps", body)
    print(f"   {len(returned)} are back; the next tick is at {made['nextTick'][11:19]} UTC …")
    run = await stage.finish(await _run(stage, made["sweepId"]))
    print(f"   the tick's run: {', '.join(f'{count} {outcome}' for outcome, count in run['counts'].items())}")
    return await _proof(stage, made["createdAt"])


async def _come_back(stage: Stage) -> set[str]:
    await stage.post(f"{stage.tenant}/_control", {"returning": {"share": _SHARE, "seconds": 0.5}})
    await asyncio.sleep(1.2)
    await stage.post(f"{stage.tenant}/_control", {"returning": {"share": 0, "seconds": 0.5}})
    return {user["id"] for user in await _journal(stage) if user["returnedAt"]}


async def _run(stage: Stage, sweep_id: str) -> dict[str, Any]:
    end = time.monotonic() + _PATIENCE
    while not (runs := (await stage.get(f"{stage.api}/sweeps/{sweep_id}"))["runs"]):
        if time.monotonic() > end:
            raise TimeoutError(sweep_id)
        await asyncio.sleep(0.5)
    return dict(await stage.get(f"{stage.api}/runs/{runs[0]['runId']}"))


async def _proof(stage: Stage, since: str) -> bool:
    """Ask the tenant: users who came back were revoked after that, and no other user was revoked again."""
    began = datetime.fromisoformat(since).timestamp()
    back = caught = again = 0
    for user in await _journal(stage):
        revoked_at = user["acceptedAt"][-1]
        if user["returnedAt"]:
            back += 1
            caught += revoked_at > user["returnedAt"][-1]
        else:
            again += revoked_at >= began
    print(f"   the tenant's journal: {caught} of {back} caught, {again} of the others revoked again")
    return back > 0 and caught == back and not again


async def _journal(stage: Stage) -> list[dict[str, Any]]:
    page = await stage.get(f"{stage.tenant}/_journal/users?limit=10000")
    return list(page["users"])
