"""Send a message that came back again, after a random delay, so that it runs apart from the others.

A worker that dies fails every message that it holds, up to 24 of a queue (host.json). The host makes all of them
visible again at the same moment, 30 seconds later, so they run side by side once more. One batch that kills its worker
would fail the same 23 others five times, and all 24 would be poison after two minutes. So a second delivery does no
work. The message goes back with a random delay, from a wider span each time, and its row counts the returns::

    returned    1     2     3     4      5      then
    within     20 s  40 s  80 s  120 s  120 s   given up: abandoned, or unverified

A neighbour whose work takes a second runs beside the killer again with a chance of 1 in 20, then 1 in 40, and so on:
all five times about once in 10^9. The killer itself is given up after six deliveries and at most ten minutes.

The queue's own count is not evidence: a principal that may write to the queue can post our message, receive it, and let
it come back. So a return counts (``returned``) only where a worker has begun since the last one (``begun``). The
first return counts without that, since all it does is delay the batch.

The message of a function that raised comes back in the same way. While the ledger is away no return is counted, since
the count is in the ledger: such a message loses no tries (docs/decisions/0016).
"""

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta

from revoker import log
from revoker.core.batch import Batch
from revoker.core.message import Message, Queue, ScanStep
from revoker.core.outcome import User
from revoker.core.run import Run
from revoker.core.scan import Scan
from revoker.ports.clock import Clock
from revoker.ports.ledger import Ledger
from revoker.ports.outbox import Outbox
from revoker.ports.scans import Scans
from revoker.respond.finish import finish
from revoker.respond.recover.resume import abort_scan

MOST_RETURNED = 5
SPREAD = timedelta(seconds=20)
WIDEST = timedelta(seconds=120)


async def put_apart(queue: Queue, message: Message, ledger: Ledger, outbox: Outbox, clock: Clock) -> bool:
    """Send a batch's message again, or give its users up after the fifth return.

    Return False where the message has no users left, or the app sends none for its run.
    """
    before, run = await asyncio.gather(ledger.batch(message.run, message.batch), ledger.run(message.run))
    if before is None or run is None or is_untouchable(run) or not left_for(before, queue):
        return False
    now, chance = clock.now(), clock.jitter()
    batch = await ledger.update_batch(message.run, message.batch, lambda row: _returned(row, queue, now, chance))
    if left_for(batch, queue):
        log.event("message_put_apart", queue=queue, run=batch.run, batch=batch.id, times=batch.returned)
        await outbox.send(queue, message, _wait(batch, queue, now, chance))
    else:
        log.failure("message_abandoned", queue=queue, run=batch.run)
        await finish(batch.run, ledger, clock.now())
    return True


async def put_step_apart(message: ScanStep, ledger: Ledger, scans: Scans, outbox: Outbox, clock: Clock) -> bool:
    """Send the message of a scan's step again, or abort the scan after the fifth return.

    Return False where the step was taken already, or the run awaits approval.
    """
    scan, run, now = await scans.scan(message.run), await ledger.run(message.run), clock.now()
    if scan is None or scan.done or scan.step != message.step or run is None or run.awaits_approval:
        return False
    if scan.healed >= MOST_RETURNED and scan.begun:
        log.failure("message_abandoned", queue=Queue.PLAN, run=scan.run)
        await abort_scan(scan, "its message died", ledger, scans, outbox, now)
        return True
    wait = delay(scan.healed, clock.jitter())

    def returned(row: Scan) -> Scan:
        if row.step != message.step or (row.healed and not row.begun):
            return row
        return replace(row, healed=row.healed + 1, begun=False, due_at=now + wait)

    moved = await scans.update(scan.run, returned)
    log.event("message_put_apart", queue=Queue.PLAN, run=scan.run, step=message.step, times=moved.healed)
    await outbox.send(Queue.PLAN, message, wait)
    return True


def delay(returned: int, chance: float) -> timedelta:
    """Return how long to delay a message that came back ``returned`` times before; ``chance`` is in [0, 1).

    After two returns the spread is 80 s, so a chance of 0.5 gives 40 s.
    """
    spread = min(SPREAD.total_seconds() * 2**returned, WIDEST.total_seconds())
    return timedelta(seconds=spread * chance)


def is_untouchable(run: Run) -> bool:
    """Whether this app sends no messages for the run: it is a dry run, or waits for a second person."""
    return run.dry_run or run.is_held


def left_for(batch: Batch, queue: Queue) -> tuple[User, ...]:
    """Return the users that a message of this queue is for."""
    return batch.unseen if queue is Queue.VERIFY else batch.waiting


def _returned(batch: Batch, queue: Queue, now: datetime, chance: float) -> Batch:
    """Return a batch with one more return, or with its users given up after the fifth.

    It is unchanged where no worker has begun with it since the last return.
    """
    if batch.returned and not batch.begun:
        return batch
    if batch.returned >= MOST_RETURNED:
        if queue is Queue.VERIFY:
            return batch.give_up_verifying("message_died", now)
        return batch.abandon_waiting("message_died", now)
    if queue is Queue.VERIFY:  # due_at is for waiting users, and these are called already
        return replace(batch, returned=batch.returned + 1, begun=False)
    due_at = max(batch.due_at, now + delay(batch.returned, chance))
    return replace(batch, returned=batch.returned + 1, begun=False, due_at=due_at)


def _wait(batch: Batch, queue: Queue, now: datetime, chance: float) -> timedelta:
    if queue is Queue.VERIFY:
        return delay(batch.returned - 1, chance)
    return max(batch.due_at - now, delay(batch.returned - 1, chance))
