"""What Azure does around a host: another one is started when it ends by itself."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from local.children import ChildFailedError
from local.serve import Running


class Platform:
    """Keeps a host running; `ends` are the exit statuses of those that ended, -1 for one that could not start."""

    def __init__(self, running: Running) -> None:
        self._running = running
        self.ends: list[int] = []

    async def keep(self) -> None:
        """Start the host again whenever it ends, or could not start."""
        while True:
            assert self._running.host is not None
            self.ends.append(await self._running.host.process.wait())
            while not self._running.host.alive:
                await asyncio.sleep(0.2)
                try:
                    await self._running.start_host()
                except ChildFailedError:
                    self.ends.append(-1)


@asynccontextmanager
async def platform(running: Running) -> AsyncIterator[Platform]:
    """Keep a host running for the length of a block."""
    made = Platform(running)
    keeping = asyncio.create_task(made.keep())
    try:
        yield made
    finally:
        keeping.cancel()
        await asyncio.gather(keeping, return_exceptions=True)
