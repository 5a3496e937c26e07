"""One queue message, from its receipt to its fate."""

import asyncio
import logging
from contextlib import suppress
from dataclasses import dataclass

from azure.core.exceptions import AzureError, ResourceExistsError, ResourceNotFoundError
from azure.storage.queue import QueueMessage
from azure.storage.queue.aio import QueueClient, QueueServiceClient

from local.host.fate import Fate, Rule, decode
from local.host.invocation import Argument, Function, InvocationFailedError
from local.host.lifetime import Lifetime
from local.host.metadata import describe
from local.host.settings import QueueSettings
from local.host.storage_errors import is_lost, is_server_side
from local.host.worker import Worker

logger = logging.getLogger("local.host")


@dataclass(frozen=True, slots=True)
class Delivery:
    """How the messages of one queue are seen to; a lease is the time, in seconds, for which they are invisible."""

    function: Function
    rule: Rule
    settings: QueueSettings
    service: QueueServiceClient
    queue: QueueClient
    lease: int
    worker: Worker
    lifetime: Lifetime

    async def see_to(self, message: QueueMessage) -> None:
        """Call the function and settle the message; an error that the real host does not expect stops this one."""
        try:
            await self._settle(message, await self._decide(message))
        except AzureError as error:
            self.lifetime.fail(f"{self.rule.queue}: a message could not be settled: {error}")

    async def _decide(self, message: QueueMessage) -> Fate:
        body = decode(message.content, as_base64=self.settings.base64)
        fate = self.rule.on_arrival(message.dequeue_count or 1, decoded=body is not None)
        if fate is not Fate.INVOKE:
            return fate
        raised = await self._invoke(message, body or "")
        return self.rule.on_return(message.dequeue_count or 1, raised=raised)

    async def _invoke(self, message: QueueMessage, body: str) -> bool:
        """Call the function while the lease is renewed; return whether the call failed."""
        over = asyncio.Event()
        renewal = asyncio.create_task(self._renew(message, over))
        argument = Argument(kind="string", body=body.encode(), metadata=describe(message, body))
        try:
            await self.worker.call(self.function, argument)
        except InvocationFailedError as failure:
            told = {"function": self.function.name, "dequeueCount": message.dequeue_count, "trace": str(failure)}
            logger.error("invocation_failed", extra=told)  # noqa: TRY400  # its own trace
            return True
        else:
            return False
        finally:
            over.set()  # not cancelled: a renewal on its way changes the receipt that settles the message
            await renewal

    async def _renew(self, message: QueueMessage, over: asyncio.Event) -> None:
        """Keep the message invisible until the call is over; each renewal changes the receipt that settles it.

        Once the receipt is lost, renewing ends: another host has the message (UpdateQueueMessageVisibilityCommand).
        """
        pause = self.lease / 2
        while not await _comes(over, pause):
            try:
                renewed = await self.queue.update_message(message, visibility_timeout=self.lease)
            except AzureError as error:
                if is_lost(error):
                    return
                if not is_server_side(error):
                    self.lifetime.fail(f"{self.rule.queue}: a lease could not be renewed: {error}")
                    return
                pause = max(pause / 2, self.lease / 10)
            else:
                message.pop_receipt, pause = renewed.pop_receipt, self.lease / 2

    async def _settle(self, message: QueueMessage, fate: Fate) -> None:
        if fate is Fate.POISON:
            await self._copy_to_poison(message)
        try:
            if fate in (Fate.DELETE, Fate.POISON):
                await self.queue.delete_message(message)
            elif fate is Fate.RELEASE:
                await self.queue.update_message(message, visibility_timeout=round(self.settings.visibility_timeout))
        except AzureError as error:
            if not is_lost(error):
                raise
            logger.info("queue_message_lost", extra={"queue": self.rule.queue, "messageId": message.id})

    async def _copy_to_poison(self, message: QueueMessage) -> None:
        """Copy the body as it is; like the real host, leave its life at the service's seven days."""
        poison = self.service.get_queue_client(self.rule.poison_queue or "")
        logger.warning("queue_message_poisoned", extra={"queue": self.rule.queue, "messageId": message.id})
        try:
            await poison.send_message(message.content)
        except ResourceNotFoundError:
            with suppress(ResourceExistsError):
                await poison.create_queue()
            await poison.send_message(message.content)


async def _comes(event: asyncio.Event, seconds: float) -> bool:
    """Wait for an event, but not longer than so many seconds; say whether it came."""
    with suppress(TimeoutError):
        await asyncio.wait_for(event.wait(), seconds)
    return event.is_set()
