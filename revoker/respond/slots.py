"""Buy places in the directory's write quota, and put what has one on its queue."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from revoker.core.batch import Batch
from revoker.core.message import Message, Queue
from revoker.core.pacing import Pace, charged, reserve
from revoker.core.request import Priority
from revoker.respond.concurrency import gather_limited
from revoker.respond.policy import Tools

QUEUES = {Priority.URGENT: Queue.URGENT, Priority.BULK: Queue.BULK}

# From the sale of a page's places to the first call: the page is committed, sent, and taken from the queue.
_UNTIL_TAKEN = 0.15


async def with_slots(
    batches: Sequence[Batch], tools: Tools, now: datetime, *, share: float = 1.0, waits: bool = False
) -> tuple[Batch, ...]:
    """Buy a place for every batch; urgent work pays, and does not wait unless told to.

    ``share`` is how much of the bucket may be sold: named users may have all of it (docs/decisions/0004).
    """
    writes = [len(batch.waiting) for batch in batches]
    if not any(writes):
        return tuple(batches)
    if not waits and all(batch.lane is Priority.URGENT for batch in batches):
        await charge(sum(writes), tools)
        return tuple(batches)
    quota, moment = tools.policy.quota, now.timestamp()
    lead = _UNTIL_TAKEN if waits else 0.0
    before = await tools.ledger.move_pace(
        lambda pace: reserve(pace, moment, writes, quota, share=share, lead=lead).pace
    )
    slots = reserve(before, moment, writes, quota, share=share, lead=lead).slots
    return tuple(
        replace(batch, due_at=due, planned_for=due, shifted=before.shifted)
        for batch, slot in zip(batches, slots, strict=True)
        for due in [now + timedelta(seconds=slot - moment)]
    )


async def charge(writes: int, tools: Tools) -> None:
    """Pay for writes that do not wait for a place; whoever bought one makes way."""
    quota, moment = tools.policy.quota, tools.clock.now().timestamp()
    await tools.ledger.move_pace(lambda pace: charged(pace, moment, writes, quota))


def shifted_slot(batch: Batch, pace: Pace) -> Batch:
    """Return a batch with its place moved back by what came between."""
    behind = timedelta(seconds=max(0.0, pace.shifted - batch.shifted))
    return replace(batch, due_at=batch.due_at + behind, shifted=pace.shifted)


async def dispatch(batch: Batch, tools: Tools, now: datetime, attempt: int = 0) -> None:
    """Put a batch on its lane, invisible until it is due."""
    delay = max(batch.due_at - now, timedelta(0))
    await tools.outbox.send(QUEUES[batch.lane], Message(batch.run, batch.id, attempt), delay)


async def dispatch_all(batches: Iterable[Batch], tools: Tools, now: datetime) -> None:
    """Put every batch in which somebody waits on its lane."""
    await gather_limited(dispatch(batch, tools, now) for batch in batches if batch.waiting)
