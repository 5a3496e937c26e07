"""How long planning, revoking, reading back, status and report take as the tenant grows; and what storage is asked."""

import asyncio
import re
import statistics
import subprocess
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import aiohttp

from local.azurite.process import Azurite
from local.package import app_folder
from local.serve import Options, Running, serving

from .price import Counted
from .process import used_by
from .service import VERIFY, Api, tenant_settings
from .stage import LOG

SIZES = (1_000, 3_000, 10_000)  # larger ones take minutes and are asked for: --parts growth --sizes 30000,100000
_ASKED = 5  # times for the status, of which the median counts
_LINE = re.compile(r'"(?P<method>[A-Z]+) /devstoreaccount1/(?P<path>[^ ?"]*)')
_RECEIVED = re.compile(r"^GET [^/]+/messages$")
_DELETED = re.compile(r"^DELETE [^/]+/messages/")


@dataclass(frozen=True, slots=True, kw_only=True)
class Grown:
    """One size: seconds of each stage, and what storage was asked; the quota is out of the way."""

    users: int
    plan: float
    run: float
    verify: float
    status: float
    report: float
    report_bytes: int
    megabytes: float
    cpu: float
    operations: int
    executions: int

    def counted(self) -> Counted:
        """Return what the price depends on."""
        return Counted(
            users=self.users,
            operations=self.operations,
            executions=self.executions,
            checking_seconds=self.verify,
        )


async def grow(users: int) -> Grown:
    """Measure one size from the call to the report."""
    with tempfile.TemporaryDirectory(prefix="compare-") as folder:
        async with _logged_storage(Path(folder)) as (storage, log):
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
    asked_before, before = _asked(log), used_by([running.worker_pid or 0])
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
        await asyncio.sleep(0.25)
    verified = time.monotonic() - began
    asked, used = _asked(log) - asked_before, used_by([running.worker_pid or 0])
    times = [await _seconds(api, f"/runs/{run}") for _ in range(_ASKED)]
    report, size = await _download(api, f"/runs/{run}/report?format=json")
    executions = sum(count for line, count in asked.items() if _DELETED.match(line))
    polls = sum(count for line, count in asked.items() if _RECEIVED.match(line))
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
        operations=asked.total() - polls,
        executions=executions,
    )


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


@asynccontextmanager
async def _logged_storage(folder: Path) -> AsyncIterator[tuple[str, Path]]:
    """Run an emulator that writes a line for every request; yield its connection string and that file."""
    emulator, log = Azurite(folder, None, LOG), folder / "requests.log"
    command = [part for part in emulator._command() if part != "--silent"]  # noqa: SLF001 - the same but for its log
    with log.open("wb") as sink:
        process = subprocess.Popen(command, cwd=folder, stdout=sink, stderr=sink)  # noqa: ASYNC220, S603 - ours, and quick
    try:
        for port in (emulator.blob, emulator.queue, emulator.table):
            await _listening(port)
        yield emulator.connection_string, log
    finally:
        process.terminate()
        await asyncio.to_thread(process.wait)


async def _listening(port: int) -> None:
    for _ in range(600):
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            await asyncio.sleep(0.05)
        else:
            writer.close()
            return
    raise TimeoutError(port)


def _asked(log: Path) -> Counter[str]:
    """Count the requests so far by method and path, ids and parameters left in."""
    counts: Counter[str] = Counter()
    with log.open(encoding="utf-8", errors="replace") as lines:
        for line in lines:
            if found := _LINE.search(line):
                counts[f"{found['method']} {found['path']}"] += 1
    return counts
