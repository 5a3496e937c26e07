"""How long planning, revoking, reading back, status and report take as the tenant grows; and what storage is asked."""

import asyncio
import re
import statistics
import tempfile
import time
from collections import Counter
from pathlib import Path

import aiohttp

from local.package import app_folder
from local.serve import Options, Running, serving

from .grown import Grown
from .process import used_by
from .service_api import Api, pause_after
from .service_options import VERIFY, tenant_settings
from .stage import LOG
from .storage_log import logged_storage, requests_so_far

SIZES = (1_000, 3_000, 10_000)  # 100,000 take six minutes, and are asked for: --parts growth --sizes 100000
_ASKED = 5  # times for the status, of which the median counts
_RECEIVED = re.compile(r"^GET [^/]+/messages$")
_DELETED = re.compile(r"^DELETE [^/]+/messages/")


async def grow(users: int) -> Grown:
    """Measure one size from the call to the report."""
    with tempfile.TemporaryDirectory(prefix="compare-") as folder:
        async with logged_storage(Path(folder)) as (storage, log):
            options = Options(
                users=users,
                write_burst=users * 2,
                write_rate=users,
                storage=storage,
                settings={"REVOKER_VERIFY_DELAYS": VERIFY} | tenant_settings(users * 2, users),
                app=app_folder(),
                log=LOG,
            )
            async with serving(options) as running, aiohttp.ClientSession() as client:
                return await _measured(users, running, Api(running, client), log)


async def _measured(users: int, running: Running, api: Api, log: Path) -> Grown:
    await api.ended(await api.start(users=["alice@contoso.com"]))
    asked_before, before = requests_so_far(log), used_by([running.worker_pid or 0])
    began = time.monotonic()
    run = await api.start(allUsers=True)
    planned = revoked = 0.0
    while True:
        status = await api.get(f"/runs/{run}")
        now = time.monotonic() - began
        waiting = status["counts"].get("planned", 0) + status["counts"].get("retrying", 0)
        if not planned and status["state"] not in {"accepted", "planning"}:
            planned = now
        if planned and not revoked and not waiting:
            revoked = now
        if status["finishedAt"]:
            break
        await asyncio.sleep(pause_after(now))
    verified = time.monotonic() - began
    asked, used = requests_so_far(log) - asked_before, used_by([running.worker_pid or 0])
    times = [await _seconds(api, f"/runs/{run}") for _ in range(_ASKED)]
    report, size = await _download(api, f"/runs/{run}/report?format=json")
    return Grown(
        users=users,
        plan=planned,
        run=revoked,
        verify=verified - revoked,
        status=statistics.median(times),
        report=report,
        report_bytes=size,
        megabytes=used.megabytes,
        cpu=used.cpu - before.cpu,
        operations=asked.total() - _matching(_RECEIVED, asked),
        executions=_matching(_DELETED, asked),
    )


def _matching(kind: re.Pattern[str], asked: Counter[str]) -> int:
    """Count the requests of one kind."""
    return sum(count for line, count in asked.items() if kind.match(line))


async def _seconds(api: Api, path: str) -> float:
    began = time.monotonic()
    await api.get(path)
    return time.monotonic() - began


async def _download(api: Api, path: str) -> tuple[float, int]:
    """Return the seconds until the last byte of a report, and how many bytes it has."""
    began = time.monotonic()
    async with api.client.get(f"{api.running.api}{path}") as response:
        content = await response.read()
    return time.monotonic() - began, len(content)
