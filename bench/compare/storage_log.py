"""An emulator of storage that writes a line for every request, so that requests can be counted."""

import asyncio
import re
import subprocess
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from local.azurite.process import Azurite

from .stage import LOG

_LINE = re.compile(r'"(?P<method>[A-Z]+) /devstoreaccount1/(?P<path>[^ ?"]*)')


@asynccontextmanager
async def logged_storage(folder: Path) -> AsyncIterator[tuple[str, Path]]:
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


def requests_so_far(log: Path) -> Counter[str]:
    """Count the requests so far by method and path, ids and parameters left in."""
    counts: Counter[str] = Counter()
    with log.open(encoding="utf-8", errors="replace") as lines:
        for line in lines:
            if found := _LINE.search(line):
                counts[f"{found['method']} {found['path']}"] += 1
    return counts
