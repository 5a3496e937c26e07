"""How long the host works: until it is told to stop, or cannot go on."""

import asyncio
import logging
from contextlib import suppress

logger = logging.getLogger("local.host")


class Lifetime:
    """The host's one switch; in Azure it is called IHostApplicationLifetime."""

    def __init__(self) -> None:
        self._stopping = asyncio.Event()
        self.failure: str | None = None

    @property
    def stopping(self) -> bool:
        """Whether the host takes no more work."""
        return self._stopping.is_set()

    def stop(self) -> None:
        """Stop as asked."""
        self._stopping.set()

    def fail(self, why: str) -> None:
        """Stop because the host cannot go on; the first reason is kept. In Azure the platform starts a new host."""
        if not self.stopping:
            logger.error("host_stopped", extra={"why": why})
            self.failure = why
            self._stopping.set()

    async def ended(self) -> None:
        """Wait until the host stops."""
        await self._stopping.wait()

    async def sleep(self, seconds: float) -> None:
        """Wait for some time, or until the host stops."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._stopping.wait(), seconds)
