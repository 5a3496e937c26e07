"""The host's life: load the app, serve its triggers, drain, end."""

import asyncio
import os
from collections.abc import AsyncIterator, Iterable
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from pathlib import Path

from azure.storage.queue.aio import QueueServiceClient

from local.host import worker
from local.host.http import DRAIN_SECONDS, HttpFrontEnd
from local.host.queues import QueueListener
from local.host.settings import HostSettings
from local.host.timers import Timer
from local.host.worker import AppError, Function

TRIGGERS = ("httpTrigger", "queueTrigger", "timerTrigger")


@asynccontextmanager
async def running(app: Path, port: int, *, create_queues: bool, lease: int) -> AsyncIterator[str]:
    """Serve the app for the length of a block; yields the address of its API."""
    functions = _by_trigger(await worker.load(app))
    settings = HostSettings.read(app)
    stop = asyncio.Event()
    async with AsyncExitStack() as stack:
        services = await _services(functions["queueTrigger"], stack)
        listeners = [
            QueueListener(function, services[function.trigger["connection"]], settings.queues, lease=lease)
            for function in functions["queueTrigger"]
        ]
        if create_queues:
            await asyncio.gather(*(listener.create() for listener in listeners))
        timers = [Timer(function) for function in functions["timerTrigger"]]
        runner, bound = await HttpFrontEnd(functions["httpTrigger"], settings.route_prefix).start(port)
        async with asyncio.TaskGroup() as group:  # a loop that fails ends the host rather than fall silent
            loops = [group.create_task(listener.run(stop)) for listener in listeners]
            loops += [group.create_task(timer.run(stop)) for timer in timers]
            try:
                yield f"http://127.0.0.1:{bound}/{settings.route_prefix}".rstrip("/")
            finally:
                stop.set()
                await asyncio.gather(runner.cleanup(), _drain(loops, listeners))


async def _drain(loops: list[asyncio.Task[None]], listeners: list[QueueListener]) -> None:
    """Let what runs finish, for a while; what does not comes back when its lease ends."""
    with suppress(TimeoutError):
        async with asyncio.timeout(DRAIN_SECONDS):
            await asyncio.gather(*loops, *(listener.drain() for listener in listeners))


def _by_trigger(functions: Iterable[Function]) -> dict[str, list[Function]]:
    sorted_out: dict[str, list[Function]] = {trigger: [] for trigger in TRIGGERS}
    for function in functions:
        if function.trigger["type"] not in sorted_out:
            raise AppError(f"{function.name}: the embedded host knows no {function.trigger['type']}.")
        sorted_out[function.trigger["type"]].append(function)
    return sorted_out


async def _services(functions: Iterable[Function], stack: AsyncExitStack) -> dict[str, QueueServiceClient]:
    """Open one client a connection, for all its queues: they share its sockets."""
    services: dict[str, QueueServiceClient] = {}
    for connection in {function.trigger["connection"] for function in functions}:
        if connection not in os.environ:
            raise AppError(f"{connection} is not set; here it must be a storage connection string.")
        client = QueueServiceClient.from_connection_string(
            os.environ[connection],
            initial_backoff=1,  # the client's own is a quarter of a minute
            increment_base=2,
            random_jitter_range=1,
            use_env_settings=False,  # looking for proxies on every call is half of what an idle poll costs
        )
        services[connection] = await stack.enter_async_context(client)
    return services
