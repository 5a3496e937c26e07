"""The queues."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Protocol

from revoker.core.message import Mail, Queue

# A message may be delivered so much before its delay is over: queues count whole seconds, rounded down. Its worker
# waits for the rest.
MOST_EARLY = timedelta(seconds=1)


class Outbox(Protocol):
    """The storage queues, by the names in ``Queue``."""

    async def send(self, queue: Queue, message: Mail, delay: timedelta = timedelta(0)) -> None:
        """Put a message on a queue, invisible for the delay (whole seconds, rounded down; at most 7 days)."""
        ...

    async def dead(self) -> Mapping[Queue, int]:
        """Return the number of messages in each poison queue, invisible ones included."""
        ...

    async def has_backlog(self, queue: Queue) -> bool:
        """Whether a message of the queue is due that no worker has taken yet."""
        ...

    async def ping(self) -> None:
        """Raise unless the queues answer."""
        ...
