"""A host of the embedded kind for tests, with the small app of `fixtures/app` and queues of its own."""

import asyncio
import base64
import os
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import aiohttp
from azure.storage.queue.aio import QueueClient, QueueServiceClient

from local.children import Child

ROOT = Path(__file__).parents[2]
APP = ROOT / "tests" / "fixtures" / "app"
LEASE_SECONDS = 2
EVERY_SECOND = {"TICKS": "* * * * * *"}


@dataclass
class Host:
    """A running host, its queues and what its app has seen."""

    child: Child
    api: str
    client: aiohttp.ClientSession
    storage: QueueServiceClient
    name: str
    log: Path

    @property
    def queue(self) -> QueueClient:
        """The queue that triggers the app's `work`."""
        return self.storage.get_queue_client(self.name)

    async def send(self, *texts: str) -> None:
        """Put messages on the queue as the app's clients do."""
        for text in texts:
            await self.queue.send_message(base64.b64encode(text.encode()).decode())

    async def seen(self) -> dict[str, list[str]]:
        """Ask the app what reached it."""
        async with self.client.get(f"{self.api}/seen") as answer:
            said: dict[str, list[str]] = await answer.json()
            return said

    async def left(self, suffix: str = "") -> int:
        """Count the messages in the queue, the invisible ones too."""
        properties = await self.storage.get_queue_client(self.name + suffix).get_queue_properties()
        return properties.approximate_message_count or 0


@asynccontextmanager
async def hosting(
    storage: str, name: str, log: Path, *flags: str, app: Path = APP, settings: Mapping[str, str] = EVERY_SECOND
) -> AsyncIterator[Host]:
    """Run a host with queues of its own for the length of a block."""
    env = {**os.environ, "AzureWebJobsStorage": storage, "WORK_QUEUE": name, **settings}
    command = [sys.executable, "-m", "local.host", f"--app={app}", "--port=0"]
    times = [f"--lease-seconds={LEASE_SECONDS}", "--lock-seconds=1"]
    child = await Child.start("The host", [*command, *times, *flags], env=env, cwd=ROOT, log=log)
    try:
        api = (await child.announced())["api"]
        async with aiohttp.ClientSession() as client, QueueServiceClient.from_connection_string(storage) as service:
            yield Host(child, api, client, service, name, log)
    finally:
        await child.stop()


async def until(true: Callable[[], Awaitable[bool]], *, seconds: float = 40) -> None:
    """Wait for something that is about to happen; the limit is for a machine that is busy."""
    async with asyncio.timeout(seconds):
        while not await true():  # noqa: ASYNC110  # what we wait for happens in another process
            await asyncio.sleep(0.05)
