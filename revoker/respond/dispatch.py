"""Put messages on the queues. Every message asks for work that the ledger holds already (invariant 5).

A message that is sent twice is harmless: its worker finds no user left, or a step that was taken already.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from revoker.core.batch import Batch
from revoker.core.message import Message, Queue, ScanStep
from revoker.core.request import Priority
from revoker.core.run import Run
from revoker.core.scan import Scan
from revoker.ports.outbox import Outbox
from revoker.respond.concurrency import gather_limited

QUEUES = {Priority.URGENT: Queue.URGENT, Priority.BULK: Queue.BULK}


async def dispatch(batch: Batch, outbox: Outbox, now: datetime, attempt: int = 0) -> None:
    """Put a batch on the queue of its lane, invisible until it is due; ``attempt`` counts from 0."""
    delay = max(batch.due_at - now, timedelta(0))
    await outbox.send(QUEUES[batch.lane], Message(batch.run, batch.id, attempt), delay)


async def dispatch_all(batches: Iterable[Batch], outbox: Outbox, now: datetime) -> None:
    """Put every batch with waiting users on the queue of its lane."""
    await gather_limited(dispatch(batch, outbox, now) for batch in batches if batch.waiting)


async def dispatch_run(run: Run, batches: Iterable[Batch], outbox: Outbox, now: datetime) -> None:
    """Put a run's first batches on their queues, and ask for the first page of its scan."""
    if not run.dry_run:
        await dispatch_all(batches, outbox, now)
    if run.scans:
        await outbox.send(Queue.PLAN, ScanStep(run.id, 0))


async def dispatch_step(scan: Scan, outbox: Outbox, now: datetime, *, at_least: timedelta = timedelta(0)) -> None:
    """Ask for a scan's next step. The message is invisible until the step is due, and for ``at_least`` in any case."""
    await outbox.send(Queue.PLAN, ScanStep(scan.run, scan.step), max(scan.due_at - now, at_least))


async def dispatch_check(batch: Batch, attempt: int, delay: timedelta, outbox: Outbox) -> None:
    """Ask for a batch's check number ``attempt`` (from 0), after a delay."""
    await outbox.send(Queue.VERIFY, Message(batch.run, batch.id, attempt), delay)
