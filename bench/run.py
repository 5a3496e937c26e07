"""`make bench`: what the pipeline reaches on this machine, each number judged by the tenant's journal.

python bench/run.py [import] [urgent] [crowd] [large] [evict] [pool] [plan] [sweeps] [rows] [page]
all of them without a name, except the comparison with the alternatives, which takes a quarter of an hour:
python bench/run.py compare [--only …] [--scenarios …] [--parts …] [--users N]
"""

import asyncio
import os
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable

from company import ROOT, company, ended, get, members, post_run, receipt, until, warm_reset
from compare.command import bench_compare
from directory import bench_evict, bench_plan
from pool import bench_pool
from rows import bench_rows
from sweeps import bench_sweeps

URGENT_RUNS = 100


async def bench_page() -> None:
    """Make the evidence page in a process of its own: it borrows the tests' runs and their browser."""
    paths = [str(ROOT), str(ROOT / "tests"), str(ROOT / "tests" / "browser")]
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(paths)}
    made = await asyncio.create_subprocess_exec(sys.executable, str(ROOT / "bench" / "page.py"), env=env)
    await made.wait()


async def bench_urgent() -> None:
    """One urgent user, warm, latency 0: from the HTTP call to the tenant's receipt."""
    async with company(users=3000) as (running, client):
        ids = await members(client, running, URGENT_RUNS + 5)
        waits = []
        for number, name in enumerate(ids):
            called = time.time()
            await post_run(client, running, [name])
            waits.append(await receipt(client, running, name) - called)
            await asyncio.sleep(0.05 + 0.01 * (number % 11))  # so that calls fall anywhere between two polls
        milliseconds = sorted(wait * 1000 for wait in waits[5:])
        p95 = statistics.quantiles(milliseconds, n=20)[-1]
        print(f"urgent   {URGENT_RUNS} runs: median {statistics.median(milliseconds):.0f} ms, p95 {p95:.0f} ms (≤ 300)")


async def bench_crowd() -> None:
    """3,000 explicit users at 100 ms latency, the documented quota: from the HTTP call to the last receipt."""
    async with company(users=3400, latency_ms=100, write_burst=3000, write_rate=20) as (running, client):
        ids = await members(client, running, 3001)
        await post_run(client, running, [ids.pop()])
        await asyncio.sleep(1)
        await warm_reset(client, running)
        called = time.time()
        run = await post_run(client, running, ids)
        accepted = time.time() - called

        async def all_taken() -> bool:
            return bool((await get(client, f"{running.root}/_journal"))["revokedUsers"] == len(ids))

        await until(all_taken, 60)
        journal = await get(client, f"{running.root}/_journal")
        took, throttled = journal["lastAcceptedAt"] - called, journal["statuses"].get("429", 0)
        print(f"crowd    3,000 users: {took:.1f} s to the last receipt (≤ 12), {throttled} x 429 (0)")
        print(f"         202 after {accepted:.2f} s")
        await until(lambda: ended(client, running, run["runId"]), 60)
        status = await get(client, f"{running.api}/runs/{run['runId']}")
        print(f"         ended {status['state']}, {status['counts']}, {time.time() - called:.1f} s after the call")


async def bench_large() -> None:
    """10,000 explicit users in one POST: how long until 202."""
    async with company(users=10_500) as (running, client):
        ids = await members(client, running, 10_000)
        await post_run(client, running, ids[:1])
        times = []
        for _ in range(3):
            called = time.time()
            status = await post_run(client, running, ids)
            times.append(time.time() - called)
        print(
            f"large    10,000 users: 202 after {', '.join(f'{t:.2f}' for t in times)} s (≤ 5), total {status['total']}"
        )


def bench_import() -> None:
    """`import function_app` in a fresh interpreter: the best of five on a warm disk."""
    code = "import resource, function_app; print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)"
    times, memory = [], 0
    for _ in range(5):
        began = time.monotonic()
        said = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, check=True)  # noqa: S603
        times.append(time.monotonic() - began)
        memory = int(said.stdout)
    print(f"import   median {statistics.median(times):.2f} s (≤ 0.9), {memory / 1024:.0f} MB resident (≤ 90)")


async def bench_import_async() -> None:
    """Fit the table below."""
    await asyncio.to_thread(bench_import)


BENCHES: dict[str, Callable[[], Awaitable[None]]] = {
    "import": bench_import_async,
    "urgent": bench_urgent,
    "crowd": bench_crowd,
    "large": bench_large,
    "evict": bench_evict,
    "pool": bench_pool,
    "plan": bench_plan,
    "sweeps": bench_sweeps,
    "rows": bench_rows,
    "page": bench_page,
}


async def main(names: list[str]) -> None:
    """Run the named benchmarks, or all."""
    if names[:1] == ["compare"]:
        await bench_compare(names[1:])
        return
    for name in names or BENCHES:
        await BENCHES[name]()


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_NOFILE, (4096, resource.getrlimit(resource.RLIMIT_NOFILE)[1]))
    asyncio.run(main(sys.argv[1:]))
