"""What a sweep's tick costs when there is nothing to do: 100,000 users that all comply, latency 0, three ticks.

Judged by the tenant's journal, the ledger's rows and the host's own memory.
"""

from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import aiohttp
from azure.data.tables.aio import TableServiceClient
from company import company, get, until

from local.serve import Running

USERS = 100_000
TICKS = 3
# Before anybody's sessions were issued: the tenant's users are from 1 to 195 days before its start.
CUTOFF = timedelta(days=400)


async def bench_sweeps() -> None:
    """Create a sweep a minute, each due at one of the next minutes, and measure each one's run."""
    async with company(users=USERS) as (running, client):
        first = datetime.now(UTC) + timedelta(seconds=70)
        made = [await create(client, running, first + number * timedelta(minutes=1)) for number in range(TICKS)]
        before = memory(running)
        print(f"sweep    {USERS:,} compliant users; host {before:.0f} MB before the first tick", flush=True)
        for sweep in made:
            await measure(client, running, sweep)


async def create(client: aiohttp.ClientSession, running: Running, due: datetime) -> str:
    """Create a sweep of all users that is due at a minute, and return its id."""
    body = {
        "name": "bench",
        "allUsers": True,
        "issuedBefore": (datetime.now(UTC) - CUTOFF).isoformat(),
        "schedule": f"0 {due.minute} * * * *",
        "until": (due + timedelta(days=1)).isoformat(),
        "reason": "benchmark",
    }
    async with client.post(f"{running.api}/sweeps", json=body) as response:
        answer = await response.json()
        if response.status != 201:
            raise RuntimeError(answer)
        return str(answer["sweepId"])


async def measure(client: aiohttp.ClientSession, running: Running, sweep: str) -> None:
    """Wait for a sweep's run and say what it took."""
    await until(lambda: started(client, running, sweep), 150)
    [ran] = (await get(client, f"{running.api}/sweeps/{sweep}"))["runs"]
    peak = memory(running)

    async def ended() -> bool:
        nonlocal peak
        peak = max(peak, memory(running))
        return bool((await get(client, f"{running.api}/runs/{ran['runId']}"))["finishedAt"])

    await until(ended, 300)
    status = await get(client, f"{running.api}/runs/{ran['runId']}")
    journal = await get(client, f"{running.root}/_journal")
    took = moment(status["finishedAt"]) - moment(status["createdAt"])
    pages = await listed(client, running, moment(status["createdAt"]))
    batches, page_rows = await rows(running.storage, ran["runId"])
    print(
        f"         {status['state']} in {took:.1f} s (≤ 60), {status['counts']}\n"
        f"         {pages} page reads (101), {journal['revokes']['accepted']} writes (0), {batches} batch rows (0), "
        f"{page_rows} page rows; host peak {peak:.0f} MB, then {memory(running):.0f} MB",
        flush=True,
    )


async def started(client: aiohttp.ClientSession, running: Running, sweep: str) -> bool:
    """Whether a sweep has started a run."""
    return bool((await get(client, f"{running.api}/sweeps/{sweep}"))["runs"])


async def listed(client: aiohttp.ClientSession, running: Running, since: float) -> int:
    """Return how many pages of users the tenant gave out since a moment."""
    log: list[dict[str, Any]] = (await get(client, f"{running.root}/_journal/log?limit=20000"))["log"]
    pages = 0
    for entry in log:
        path = entry["path"]
        only_counts = path.endswith("$top=1")
        if entry["at"] >= since - 1 and path.startswith("/users?") and not only_counts:
            pages += 1
    return pages


async def rows(storage: str, run: str) -> tuple[int, int]:
    """Return how many rows a run's batches and its pages take."""
    async with TableServiceClient.from_connection_string(storage) as service:
        found = service.get_table_client("batches").query_entities(
            "PartitionKey eq @run", parameters={"run": run}, select=["RowKey"]
        )
        kinds: Counter[str] = Counter()
        async for row in found:
            kinds[row["RowKey"].partition("-")[0]] += 1
    return kinds["batch"], kinds["page"]


def memory(running: Running) -> float:
    """Return the resident memory, in MB, of the process that holds the app."""
    pages = Path(f"/proc/{running.worker_pid}/statm").read_text(encoding="ascii").split()[1]
    return int(pages) * 4096 / 1024 / 1024


def moment(text: str) -> float:
    """Return seconds since the epoch."""
    return datetime.fromisoformat(text).timestamp()
