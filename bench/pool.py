"""One identity, three and ten, each over a whole tenant: how near to their bounds, and at what cost, side by side.

The quota is the documented one in a fraction of its time: ``POOL_HASTE=20`` (the default) is 400 writes a second for
each identity and 1,200 for the tenant. A machine that cannot revoke 1,200 users a second measures itself then: a
smaller haste measures the pacing. ``POOL_HASTE=1`` is the documented quota itself: 17 minutes for one and three.
"""

import asyncio
import os
import statistics
import time
from dataclasses import dataclass
from pathlib import Path

from company import company, ended, get, members, post_run, until, warm_reset
from directory import all_revoked, one_urgent

from local.serve import Running

USERS, URGENT_RUNS = 20_000, 50
HASTE = float(os.environ.get("POOL_HASTE", "20"))
BURST, RATE = 3000, 20 * HASTE
TENANT_BURST, TENANT_RATE = 6 * BURST, 3 * RATE
# Ten identities meet the tenant's limit only where its burst does not hold the whole run.
SMALL_TENANT_BURST = 3000
# The journal says when the last write was: to ask for the status five times a second was 5 % of the worker's CPU.
_SECONDS_BETWEEN_QUESTIONS = 1.0
# Far beyond the bound of one identity (850 s at the documented rate), so that a run that stands still ends the bench.
_LONGEST_RUN = 300 + USERS / RATE
SIZES = tuple(map(int, os.environ.get("POOL_SIZES", "1,3,10").split(",")))


@dataclass(frozen=True)
class Measured:
    """One pool's run over the tenant."""

    took: float
    bound: float
    cpu: float


async def bench_pool() -> None:
    """Revoke 20,000 users as one identity, as three and as ten, with 50 urgent runs meanwhile."""
    found = {size: await _measure(size) for size in SIZES}
    if 1 in found and 3 in found:
        one, three = found[1], found[3]
        print(f"pool     three are {one.took / three.took:.2f} times as fast as one (≥ 2.6)")
        print(f"         CPU a user: {100 * three.cpu / one.cpu - 100:+.0f} % against one (≤ +10)")


async def _measure(size: int) -> Measured:
    identities = [f"{number:08d}-0000-4000-8000-000000000000" for number in range(1, size + 1)]
    tenant_burst = TENANT_BURST if size < 10 else SMALL_TENANT_BURST
    settings = {
        "REVOKER_IDENTITIES": ",".join(identities),
        "REVOKER_TENANT_SHARE": "1",
        "REVOKER_TENANT_BURST": f"{tenant_burst}",
        "REVOKER_TENANT_RATE": f"{TENANT_RATE:g}",
    }
    async with company(
        users=USERS,
        write_burst=BURST,
        write_rate=RATE,
        tenant_burst=tenant_burst,
        tenant_rate=TENANT_RATE,
        settings=settings,
    ) as (running, client):
        urgent = (await members(client, running, USERS))[-URGENT_RUNS - 1 :]
        await post_run(client, running, [urgent.pop()])
        dry = await post_run(client, running, [], allUsers=True, dryRun=True)
        await until(lambda: ended(client, running, dry["runId"]), 120)
        await warm_reset(client, running)
        await asyncio.sleep(BURST / RATE)
        called, spent = time.time(), _cpu(running)
        run = await post_run(client, running, [], allUsers=True, exclude={"users": urgent})
        waits = [await one_urgent(client, running, name) for name in urgent]
        await until(lambda: all_revoked(client, running, run["runId"]), _LONGEST_RUN, every=_SECONDS_BETWEEN_QUESTIONS)
        journal = await get(client, f"{running.root}/_journal")
        writes, throttled = journal["revokes"]["accepted"], journal["revokes"]["throttled"]
        took, cpu = journal["lastAcceptedAt"] - called, (_cpu(running) - spent) * 1000 / writes
    own, tenant = (writes - size * BURST) / (size * RATE), (writes - tenant_burst) / TENANT_RATE
    bound = max(own, tenant)
    share = 100 * took / bound
    print(f"pool     {size} of {RATE:g}/s: {writes:,} users in {took:.1f} s, bound {bound:.1f} s: {share:.1f} %")
    print(f"         {throttled} x 429: {100 * throttled / (writes + throttled):.2f} % (< 0.5)")
    print(f"         {journal['duplicates']} users twice (0), {cpu:.2f} CPU seconds per 1,000 users")
    p95 = statistics.quantiles(waits, n=20)[-1]
    print(f"         {URGENT_RUNS} urgent runs: median {statistics.median(waits):.2f} s, p95 {p95:.2f} s (≤ 1)")
    if size >= 10:
        rate = (writes - tenant_burst) / took
        print(f"         {rate:.1f} writes a second beyond the burst, of the tenant's {TENANT_RATE:g} (≤ 101 %)")
    return Measured(took, bound, cpu)


def _cpu(running: Running) -> float:
    """Return the processor seconds that the app's worker has used."""
    fields = Path(f"/proc/{running.worker_pid or 'self'}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
