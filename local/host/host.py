"""The host's life: load the app, serve its triggers, drain, end."""

import asyncio
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Protocol

from local.host.http import DRAIN_SECONDS, HttpFrontEnd
from local.host.lifetime import Lifetime
from local.host.queues import QueueListener
from local.host.settings import HostSettings
from local.host.triggers import HTTP, QUEUE, TIMER, Loops, by_trigger
from local.host.worker import Worker


class Loop(Protocol):
    """A trigger's loop, or the worker's."""

    async def run(self) -> None:
        """Run until the host stops."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """How to serve an app; times in seconds."""

    port: int
    create_queues: bool
    lease: int
    lock: float


@asynccontextmanager
async def running(given: Given, settings: HostSettings, worker: Worker, lifetime: Lifetime) -> AsyncIterator[str]:
    """Serve the app of a launched worker for the length of a block, and say where; raises AppError."""
    async with AsyncExitStack() as stack:
        functions, loops = by_trigger(await worker.loaded()), Loops(worker, lifetime, stack)
        listeners = await loops.queues(functions[QUEUE], settings.queues, given.lease)
        if given.create_queues:
            await asyncio.gather(*(listener.create() for listener in listeners))
        timers = await loops.timers(functions[TIMER], given.lock)
        runner, bound = await HttpFrontEnd(functions[HTTP], settings, worker).start(given.port)
        triggers = [*_start(listeners, lifetime), *_start(timers, lifetime)]
        restarts = _start([worker], lifetime)
        try:
            yield f"http://127.0.0.1:{bound}/{settings.route_prefix}".rstrip("/")
        finally:
            # Loops end first, so that nothing new begins; then calls get their time; the worker ends last, untold.
            lifetime.stop()
            await asyncio.gather(runner.cleanup(), _drain(triggers, listeners))
            await worker.stop()
            await asyncio.gather(*restarts)


def _start(loops: Sequence[Loop], lifetime: Lifetime) -> list[asyncio.Task[None]]:
    """Start loops; one that fails ends the host rather than fall silent."""

    async def guarded(loop: Loop) -> None:
        try:
            await loop.run()
        except Exception as error:
            lifetime.fail(f"{type(loop).__name__} failed: {error!r}")
            raise

    return [asyncio.create_task(guarded(loop)) for loop in loops]


async def _drain(triggers: Iterable[asyncio.Task[None]], listeners: Iterable[QueueListener]) -> None:
    """Let what runs finish, for a while; what does not comes back when its lease ends."""
    with suppress(TimeoutError):
        async with asyncio.timeout(DRAIN_SECONDS):
            await asyncio.gather(*triggers, return_exceptions=True)
            await asyncio.gather(*(listener.drain() for listener in listeners))
