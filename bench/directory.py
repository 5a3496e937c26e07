"""Whole tenants: how near to the quota's own bound, how urgent work fares meanwhile, how fast and lean planning is."""

import asyncio
import statistics
import time
from pathlib import Path
from typing import Any

import aiohttp
from company import company, ended, get, members, post_run, receipt, until, warm_reset

from local.serve import Running

USERS, BURST, RATE, URGENT_RUNS = 20_000, 3000, 400, 50
LARGE = 100_000


async def bench_evict() -> None:
    """Revoke 20,000 users, the quota scaled by 20, and 50 urgent runs meanwhile; a dry run first (docs/eviction.md)."""
    async with company(users=USERS, write_burst=BURST, write_rate=RATE) as (running, client):
        urgent = (await members(client, running, USERS))[-URGENT_RUNS - 1 :]  # role holders are among the first
        await post_run(client, running, [urgent.pop()])
        dry = await post_run(client, running, [], allUsers=True, dryRun=True)
        await until(lambda: ended(client, running, dry["runId"]), 60)
        await warm_reset(client, running)
        await asyncio.sleep(BURST / RATE)  # so that our own bucket is full again, too
        called = time.time()
        run = await post_run(client, running, [], allUsers=True, exclude={"users": urgent})
        waits = [await one_urgent(client, running, name) for name in urgent]
        await until(lambda: all_revoked(client, running, run["runId"]), 180)
        journal = await get(client, f"{running.root}/_journal")
        writes, took = journal["revokes"]["accepted"], journal["lastAcceptedAt"] - called
        bound, items = (writes - BURST) / RATE, writes + journal["revokes"]["throttled"]
        print(
            f"evict    {writes:,} users at {RATE}/s after {BURST:,}: {took:.1f} s to the last receipt, bound "
            f"{bound:.1f} s: {100 * took / bound:.2f} % (≤ 103)"
        )
        throttled = journal["revokes"]["throttled"]
        print(f"         {throttled} x 429 of {items:,}: {100 * throttled / items:.2f} % (< 0.5)")
        print(f"         {journal['duplicates']} users twice (0)")
        p95 = statistics.quantiles(waits, n=20)[-1]
        print(f"         {URGENT_RUNS} urgent runs: median {statistics.median(waits):.2f} s, p95 {p95:.2f} s (≤ 1)")
        await until(lambda: ended(client, running, run["runId"]), 600)
        status = await get(client, f"{running.api}/runs/{run['runId']}")
        print(f"         ended {status['state']}, {status['counts']}, {time.time() - called:.1f} s after the call")
        await _again(client, running, status)


async def one_urgent(client: aiohttp.ClientSession, running: Running, name: str) -> float:
    """Start a run for one user; return the seconds to the tenant's receipt."""
    called = time.time()
    await post_run(client, running, [name])
    return await receipt(client, running, name) - called


async def all_revoked(client: aiohttp.ClientSession, running: Running, run: str) -> bool:
    """Whether no user of a run is still to be revoked."""
    counts = (status := await get(client, f"{running.api}/runs/{run}"))["counts"]
    return status["state"] != "planning" and not counts.get("planned") and not counts.get("retrying")


async def _again(client: aiohttp.ClientSession, running: Running, before: dict[str, Any]) -> None:
    """Run again with the same cutoff: one listing, nothing revoked."""
    then = await get(client, f"{running.root}/_journal")
    run = await post_run(client, running, [], allUsers=True, issuedBefore=before["issuedBefore"])
    await until(lambda: ended(client, running, run["runId"]), 120)
    status = await get(client, f"{running.api}/runs/{run['runId']}")
    now = await get(client, f"{running.root}/_journal")
    revoked = now["revokes"]["accepted"] - then["revokes"]["accepted"]
    print(f"again    {status['counts']}; {revoked} revocations (0), {now['reads'] - then['reads']} reads")


async def bench_plan() -> None:
    """List, decide, write and queue 100,000 users; how long, with how much memory, and how fast the status answers."""
    async with company(users=LARGE, write_burst=BURST, write_rate=20) as (running, client):
        await post_run(client, running, ["ghost@contoso.com"])
        began, before = time.time(), _memory(running)
        run = await post_run(client, running, [], allUsers=True)
        accepted, peak, slowest = time.time() - began, before, 0.0
        while True:
            asked = time.time()
            status = await get(client, f"{running.api}/runs/{run['runId']}")
            slowest, peak = max(slowest, time.time() - asked), max(peak, _memory(running))
            if status["state"] != "planning":
                break
            await asyncio.sleep(0.5)
        took = time.time() - began
        print(f"plan     {status['total']:,} users planned and queued after {took:.1f} s (≤ 120)")
        print(f"         202 after {accepted:.2f} s")
        print(f"         the app holds {before:.0f} MB before, {peak:.0f} MB at most (≤ 200)")
        print(f"         slowest status {slowest:.2f} s (≤ 1), estimate {status['estimate']['finishAt']}")


def _memory(running: Running) -> float:
    """Return the app's resident memory in megabytes."""
    lines = Path(f"/proc/{running.worker_pid or 'self'}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS")) / 1024
