"""The queues of Azure Storage: base64 as the Functions host expects, and a message never expires."""

import math
from datetime import timedelta

from azure.storage.queue import TextBase64EncodePolicy
from azure.storage.queue.aio import QueueClient, QueueServiceClient

from revoker.message import Mail, Queue, encode

# The service takes at most 7 days; a message that comes early is put back with what is left of its delay.
_LONGEST_DELAY = timedelta(days=6)
_NEVER = -1


class QueueOutbox:
    """Sends to storage queues."""

    def __init__(self, service: QueueServiceClient) -> None:
        self._service = service
        self._clients: dict[Queue, QueueClient] = {
            queue: service.get_queue_client(queue.value, message_encode_policy=TextBase64EncodePolicy())
            for queue in Queue
        }

    async def send(self, queue: Queue, message: Mail, delay: timedelta = timedelta(0)) -> None:
        """Put a message on a queue."""
        client = self._clients[queue]
        await client.send_message(encode(message), visibility_timeout=whole_seconds(delay), time_to_live=_NEVER)

    async def ping(self) -> None:
        """Ask for the properties of one queue."""
        await self._clients[Queue.URGENT].get_queue_properties()

    async def close(self) -> None:
        """Close the connections."""
        await self._service.close()


def whole_seconds(delay: timedelta) -> int:
    """Return a delay as the service takes it: up to a second early (the worker waits), and no longer than it allows."""
    return math.floor(min(delay, _LONGEST_DELAY).total_seconds())
