"""What the outbox promises, on real queues: the Functions host can read it, it comes when due, it never expires."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import timedelta

import pytest
import pytest_asyncio
from azure.core.exceptions import ResourceExistsError, ResourceNotFoundError
from azure.storage.queue.aio import QueueClient, QueueServiceClient

from revoker.adapters.outbox import QueueOutbox, whole_seconds
from revoker.core.message import Message, Queue, decode

MESSAGE = Message("0" * 32, "1" * 32, 3)


@pytest_asyncio.fixture
async def reader(queues: QueueServiceClient) -> AsyncIterator[QueueClient]:
    """Return an empty queue of ours, read as the Functions host reads."""
    with suppress(ResourceExistsError):
        await queues.create_queue(Queue.URGENT.value)
    client = queues.get_queue_client(Queue.URGENT.value)
    await client.clear_messages()
    yield client
    await client.close()


async def test_the_host_can_read_a_message_that_never_expires(queues: QueueServiceClient, reader: QueueClient) -> None:
    """A message is plain text, as host.json says, readable at once, and outlives everybody."""
    outbox = QueueOutbox(queues)
    await outbox.send(Queue.URGENT, MESSAGE)
    await outbox.ping()
    received = await reader.receive_message()

    assert received is not None
    assert decode(received.content.encode()) == MESSAGE
    assert received.expires_on.year > 9000


async def test_a_delayed_message_comes_when_it_is_due(queues: QueueServiceClient, reader: QueueClient) -> None:
    """A delay hides a message until it has passed."""
    await QueueOutbox(queues).send(Queue.URGENT, MESSAGE, timedelta(seconds=1.3))

    assert None is await reader.receive_message()
    await asyncio.sleep(1.3)
    assert await reader.receive_message() is not None


async def test_a_backlog_is_what_is_due_and_not_taken(queues: QueueServiceClient, reader: QueueClient) -> None:
    """A message that waits for its slot is none, and one that a worker holds is none any more."""
    outbox = QueueOutbox(queues)
    await outbox.send(Queue.URGENT, MESSAGE, timedelta(minutes=1))
    before = await outbox.has_backlog(Queue.URGENT)
    await outbox.send(Queue.URGENT, MESSAGE)
    due = await outbox.has_backlog(Queue.URGENT)
    await reader.receive_message()

    assert (False, True, False) == (before, due, await outbox.has_backlog(Queue.URGENT))


async def test_every_dead_message_is_counted(queues: QueueServiceClient) -> None:
    """One that is hidden counts as one that is not, and a poison queue that the host has not made yet holds none."""
    for queue in Queue:
        with suppress(ResourceNotFoundError):
            await queues.delete_queue(queue.poison)
    outbox = QueueOutbox(queues)
    none = await outbox.dead()
    poison = await queues.create_queue(Queue.VERIFY.poison)
    for text in ("seen", "hidden"):
        await poison.send_message(text)
    await poison.receive_message(visibility_timeout=600)
    found = await outbox.dead()
    await poison.clear_messages()
    await poison.close()

    assert dict.fromkeys(Queue, 0) == none
    assert {**none, Queue.VERIFY: 2} == found


@pytest.mark.parametrize(
    ("delay", "seconds"),
    [(0, 0), (0.999, 0), (1, 1), (61.2, 61), (30 * 24 * 3600, 6 * 24 * 3600)],
)
def test_delays_are_whole_seconds(delay: float, seconds: int) -> None:
    """Under a second early, which the worker waits out; more than a queue takes is put back when it comes."""
    assert seconds == whole_seconds(timedelta(seconds=delay))
