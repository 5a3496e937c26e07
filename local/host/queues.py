"""Queue triggers: one listener a function, polling by host.json's numbers."""

import asyncio
import json
import logging
from contextlib import suppress
from datetime import datetime

from azure.core.exceptions import AzureError, ResourceExistsError, ResourceNotFoundError
from azure.storage.queue import QueueMessage
from azure.storage.queue.aio import QueueServiceClient
from azure_functions_runtime.bindings.datumdef import Datum

from local.host import worker
from local.host.backoff import Backoff
from local.host.fate import Fate, Rule, decode
from local.host.settings import QueueSettings, expand
from local.host.worker import Function, InvocationFailedError

LEASE_SECONDS = 600

logger = logging.getLogger("local.host")


class QueueListener:
    """Receives a function's messages, calls it, and sees each message to its fate."""

    def __init__(self, function: Function, service: QueueServiceClient, settings: QueueSettings, *, lease: int) -> None:
        self.queue_name = expand(function.trigger["queueName"])
        self._function = function
        self._service = service
        self._queue = service.get_queue_client(self.queue_name)
        self._settings = settings
        self._rule = Rule(self.queue_name, settings.max_dequeue_count)
        self._lease = lease
        self._running: set[asyncio.Task[None]] = set()

    async def run(self, stop: asyncio.Event) -> None:
        """Poll until told to stop; after a batch with messages, again as soon as there is room."""
        backoff = Backoff(self._settings.max_polling_interval)
        while not stop.is_set():
            messages = await self._receive()
            if messages:
                backoff.found()
                self._running |= {asyncio.create_task(self._process(message)) for message in messages}
                await self._room()
            else:
                with suppress(TimeoutError):
                    await asyncio.wait_for(stop.wait(), backoff.next())

    async def drain(self) -> None:
        """Wait for the functions that still run."""
        await asyncio.gather(*self._running)

    async def create(self) -> None:
        """Create the queue: in Azure the deployment does."""
        with suppress(ResourceExistsError):
            await self._queue.create_queue()

    async def _receive(self) -> list[QueueMessage]:
        """Take what is there, one request; a queue that is missing has nothing in it yet."""
        pages = self._queue.receive_messages(
            messages_per_page=self._settings.batch_size, visibility_timeout=self._lease
        ).by_page()
        try:
            return [message async for message in await anext(pages)]
        except (StopAsyncIteration, ResourceNotFoundError):
            return []
        except AzureError as error:
            logger.warning("queue_unreachable", extra={"queue": self.queue_name, "error": str(error)})
            return []

    async def _room(self) -> None:
        while len(self._running) > self._settings.new_batch_threshold:
            _, self._running = await asyncio.wait(self._running, return_when=asyncio.FIRST_COMPLETED)

    async def _process(self, message: QueueMessage) -> None:
        body = decode(message.content, as_base64=self._settings.base64)
        fate = self._rule.on_arrival(message.dequeue_count or 1, decoded=body is not None)
        if fate is Fate.INVOKE:
            raised = await self._invoke(message, body or "")
            fate = self._rule.on_return(message.dequeue_count or 1, raised=raised)
        try:
            await self._settle(message, fate)
        except AzureError as error:  # the message comes back when its lease ends
            logger.warning("queue_message_unsettled", extra={"queue": self.queue_name, "error": str(error)})

    async def _invoke(self, message: QueueMessage, body: str) -> bool:
        """Call the function while the lease is renewed; return whether it raised."""
        renewal = asyncio.create_task(self._renew(message))
        try:
            await worker.call(self._function, Datum(body, "string"), _metadata(message))
        except InvocationFailedError as failure:
            told = {"function": self._function.name, "dequeueCount": message.dequeue_count, "trace": str(failure)}
            logger.error("invocation_failed", extra=told)  # noqa: TRY400  # its own trace
            return True
        else:
            return False
        finally:
            renewal.cancel()
            await asyncio.gather(renewal, return_exceptions=True)

    async def _renew(self, message: QueueMessage) -> None:
        """Keep the message invisible; each renewal changes the receipt that settles it."""
        while True:
            await asyncio.sleep(self._lease / 2)
            with suppress(AzureError):
                renewed = await self._queue.update_message(message, visibility_timeout=self._lease)
                message.pop_receipt = renewed.pop_receipt

    async def _settle(self, message: QueueMessage, fate: Fate) -> None:
        if fate is Fate.POISON:
            await self._copy_to_poison(message)
        with suppress(ResourceNotFoundError):
            if fate in (Fate.DELETE, Fate.POISON):
                await self._queue.delete_message(message)
            elif fate is Fate.RELEASE:
                await self._queue.update_message(message, visibility_timeout=round(self._settings.visibility_timeout))

    async def _copy_to_poison(self, message: QueueMessage) -> None:
        """Copy the body as it is; like the real host, leave its life at the service's seven days."""
        poison = self._service.get_queue_client(self._rule.poison_queue or "")
        logger.warning("queue_message_poisoned", extra={"queue": self.queue_name, "messageId": message.id})
        try:
            await poison.send_message(message.content)
        except ResourceNotFoundError:
            with suppress(ResourceExistsError):
                await poison.create_queue()
            await poison.send_message(message.content)


def _metadata(message: QueueMessage) -> dict[str, Datum]:
    return {
        "Id": Datum(message.id, "string"),
        "DequeueCount": Datum(str(message.dequeue_count), "string"),
        "PopReceipt": Datum(message.pop_receipt, "string"),
        "InsertionTime": _time(message.inserted_on),
        "ExpirationTime": _time(message.expires_on),
        "NextVisibleTime": _time(message.next_visible_on),
    }


def _time(when: datetime | None) -> Datum:
    return Datum(json.dumps(when.isoformat() if when else None), "json")
