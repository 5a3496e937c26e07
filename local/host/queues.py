"""Queue triggers: one listener a function, polling by host.json's numbers."""

import asyncio
import logging
from contextlib import suppress

from azure.core.exceptions import AzureError, ResourceExistsError
from azure.storage.queue import QueueMessage

from local.host.backoff import Backoff
from local.host.delivery import Delivery
from local.host.storage_errors import may_pass

logger = logging.getLogger("local.host")


class QueueListener:
    """Receives a function's messages, as many at a time as host.json says, and has each delivered."""

    def __init__(self, delivery: Delivery) -> None:
        self._delivery = delivery
        self._settings = delivery.settings
        self._running: set[asyncio.Task[None]] = set()

    async def run(self) -> None:
        """Poll until the host stops; after a batch with messages, again as soon as there is room."""
        lifetime, backoff = self._delivery.lifetime, Backoff(self._settings.max_polling_interval)
        while not lifetime.stopping:
            messages = await self._receive()
            if messages:
                backoff.found()
                # The queue is asked again only when few enough run: at most threshold + batch size are in flight.
                self._running |= {asyncio.create_task(self._delivery.see_to(message)) for message in messages}
                await self._room()
            else:
                await lifetime.sleep(backoff.next())

    async def drain(self) -> None:
        """Wait for the functions that still run."""
        await asyncio.gather(*self._running)

    async def create(self) -> None:
        """Create the queue: in Azure the deployment does."""
        with suppress(ResourceExistsError):
            await self._delivery.queue.create_queue()

    async def _receive(self) -> list[QueueMessage]:
        """Take what is there, one request; a queue that is missing has nothing in it yet."""
        pages = self._delivery.queue.receive_messages(
            messages_per_page=self._settings.batch_size, visibility_timeout=self._delivery.lease
        ).by_page()
        try:
            return [message async for message in await anext(pages)]
        except StopAsyncIteration:
            return []
        except AzureError as error:
            if not may_pass(error):
                self._delivery.lifetime.fail(f"{self._delivery.rule.queue}: no messages can be received: {error}")
            return []

    async def _room(self) -> None:
        while len(self._running) > self._settings.new_batch_threshold:
            _, self._running = await asyncio.wait(self._running, return_when=asyncio.FIRST_COMPLETED)
