"""The queues of Azure Storage: messages are plain text and never expire.

Base64, the host's default, would add nothing to ASCII text, and would hide every message that is not base64: the host
moves such a message to the poison queue by itself, where its listener expects base64 as well and cannot read it
(docs/graph-facts.md#queues-and-the-host).
"""

import asyncio
import math
from collections.abc import Mapping
from datetime import timedelta

from azure.core.exceptions import ResourceNotFoundError
from azure.storage.queue.aio import QueueClient, QueueServiceClient

from revoker.core.message import Mail, Queue, encode

# The service takes at most 7 days (docs/graph-facts.md#queues-and-the-host). A message that comes early is put back
# with the rest of its delay.
_LONGEST_DELAY = timedelta(days=6)
_NEVER = -1  # without it a message vanishes after 7 days


class QueueOutbox:
    """Sends to storage queues."""

    def __init__(self, service: QueueServiceClient) -> None:
        self._service = service
        self._clients: dict[Queue, QueueClient] = {queue: service.get_queue_client(queue.value) for queue in Queue}

    async def send(self, queue: Queue, message: Mail, delay: timedelta = timedelta(0)) -> None:
        """Put a message on a queue."""
        client = self._clients[queue]
        await client.send_message(encode(message), visibility_timeout=whole_seconds(delay), time_to_live=_NEVER)

    async def dead(self) -> Mapping[Queue, int]:
        """Return the number of messages in each poison queue, from its properties: peeking misses invisible ones."""
        counts = await asyncio.gather(*map(self._dead, Queue))
        return dict(zip(Queue, counts, strict=True))

    async def has_backlog(self, queue: Queue) -> bool:
        """Look at the first visible message of a queue, without taking it."""
        return bool(await self._clients[queue].peek_messages())

    async def _dead(self, queue: Queue) -> int:
        async with self._service.get_queue_client(queue.poison) as client:
            try:
                return (await client.get_queue_properties()).approximate_message_count or 0
            except ResourceNotFoundError:  # the host creates the queue with its first message
                return 0

    async def ping(self) -> None:
        """Ask for the properties of one queue."""
        await self._clients[Queue.URGENT].get_queue_properties()

    async def close(self) -> None:
        """Close the connections."""
        await self._service.close()


def whole_seconds(delay: timedelta) -> int:
    """Return a delay in whole seconds, 6 days at most: up to a second early, which the worker then waits."""
    return math.floor(min(delay, _LONGEST_DELAY).total_seconds())
