"""Find what was lost: batches and scans that are long overdue, and runs that are done but not marked as ended.

A message is lost when a worker dies between the ledger and the queue, when a function times out and its message is
never delivered again (azure-functions-host#3157), or when the queue loses it. One message too many is harmless: its
worker finds no user left. Two healings at once are harmless too: a row is moved by compare-and-swap.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from revoker import log
from revoker.core.batch import Batch
from revoker.core.pool import Pool
from revoker.core.run import Run
from revoker.core.scan import Scan
from revoker.ports.clock import Clock
from revoker.ports.ledger import Ledger
from revoker.ports.outbox import Outbox
from revoker.ports.scans import Scans
from revoker.respond.concurrency import gather_limited
from revoker.respond.dispatch import QUEUES, dispatch, dispatch_check
from revoker.respond.every_page import unfinished_runs
from revoker.respond.finish import finish
from revoker.respond.policy import Policy, Tools
from revoker.respond.recover.poison import report_poison_queues
from revoker.respond.recover.resume import resume
from revoker.respond.slots import is_expired, with_new_slot
from revoker.respond.start.approve import expire

MOST_HEALINGS = 3
# Eight times heal_after, two hours: longer than that, a queue that always has a message due does not tell of a batch's.
_QUEUE_BELIEVED = 8
# How many batches of a run are sent again at each healing although their queue has a message due: 100 writes a minute.
_MOST_DOUBLED = 5


async def heal(tools: Tools) -> None:
    """Heal every run that has not ended, and count the poison messages; a run whose healing fails stops no other."""
    ledger, outbox = tools.ledger, tools.outbox
    runs = [run async for run in unfinished_runs(ledger)]
    jobs = [_heal_run(run, ledger, tools.scans, outbox, tools.policy, tools.clock) for run in runs]
    await gather_limited([report_poison_queues(outbox), *jobs])


async def _heal_run(run: Run, ledger: Ledger, scans: Scans, outbox: Outbox, policy: Policy, clock: Clock) -> None:
    now = clock.now()
    if run.awaits_approval:
        await expire(run, ledger, scans, outbox, now)
    if run.is_held:
        return
    scan = await scans.scan(run.id) if run.scans else None
    if scan and not scan.done and not run.awaits_approval:  # a scan that waits for a person is not lost
        await resume(scan, ledger, scans, outbox, policy.heal_after, now)
    late = await _may_be_lost(run, scan, ledger, policy.heal_after, now)
    # Where thousands are late, others come in the next minute: chance picks them, so that each has its turn.
    doubted = [clock.jitter() * len(late) < _MOST_DOUBLED for _ in late]
    jobs = zip(late, doubted, strict=True)
    await gather_limited(
        _heal_batch(run.id, batch, scan, ledger, outbox, policy, clock, doubts_queue=doubts) for batch, doubts in jobs
    )
    await finish(run.id, ledger, clock.now(), dry_run=run.dry_run)


async def _may_be_lost(
    run: Run, scan: Scan | None, ledger: Ledger, heal_after: timedelta, now: datetime
) -> tuple[str, ...]:
    """Return the batches that may be lost. While a scan checks the run, they are only those with waiting users."""
    if run.dry_run:
        return ()
    if scan and not (scan.done and now - scan.due_at > heal_after):
        return await ledger.waiting_batches(run.id, now - heal_after)
    return await ledger.open_batches(run.id)


async def _heal_batch(
    run: str,
    batch_id: str,
    scan: Scan | None,
    ledger: Ledger,
    outbox: Outbox,
    policy: Policy,
    clock: Clock,
    *,
    doubts_queue: bool,
) -> None:
    before, now = await ledger.batch(run, batch_id), clock.now()
    if before is None or not is_overdue(before, scan, policy, now):
        return
    # The app stood still for an hour of a large run: thousands of batches are late, and their messages are all there.
    # Doubled, and due now, they would be written all at once. So nothing is lost while its queue is being worked off.
    # A queue that the workers never get to the end of, or a message that they always fail at, tells nothing of a lost
    # one: two hours late, a batch is sent again in any case. One message too many costs 20 writes, so only some are.
    believed = not doubts_queue or now - before.heard_of <= _QUEUE_BELIEVED * policy.heal_after
    if before.waiting and believed and await outbox.has_backlog(QUEUES[before.lane]):
        return

    again = await _due_again(before, ledger, policy.pool, now)

    def healed(row: Batch) -> Batch:
        if not is_overdue(row, scan, policy, now):
            return row
        if row.healed >= MOST_HEALINGS:
            return row.given_up("lost", now)
        return replace(row.moved(again), healed=row.healed + 1)

    batch = await ledger.update_batch(run, batch_id, healed)
    if not batch.is_open:
        log.failure("batch_abandoned", run=run, batch=batch_id)
    elif batch.healed > before.healed:
        log.event("batch_healed", run=run, batch=batch_id, times=batch.healed)
        await _send_again(batch, outbox, len(policy.verify_delays) - 1, now)


async def _due_again(batch: Batch, ledger: Ledger, pool: Pool, now: datetime) -> Batch:
    """Return a batch due now, or at a new slot where the quota kept no room for it."""
    # A queue lost all its messages: the batches of 15 minutes are found at once, 18,000 writes of one identity.
    if batch.healed < MOST_HEALINGS and is_expired(batch, pool, now):
        return await with_new_slot(batch, ledger, pool, now, batch.refusals)
    return replace(batch, due_at=now)


def is_overdue(batch: Batch, scan: Scan | None, policy: Policy, now: datetime) -> bool:
    """Tell whether a batch was last heard of so long ago that its message must be lost.

    With waiting users that is 15 minutes (``heal_after``) after the batch was due. With users that are being verified
    it is later by the sum of the waits between checks (30 + 120 + 300 s), counted from the scan's last step where a
    scan checked them.
    """
    if not batch.is_open:
        return False
    heard_of, grace = batch.heard_of, policy.heal_after
    if batch.unseen and not batch.waiting:
        grace += sum(policy.verify_delays, timedelta(0))
        if scan:  # it has no part in waiting users: as long as there are any, its checks are deferred
            heard_of = max(heard_of, scan.due_at)
    return now - heard_of > grace


async def _send_again(batch: Batch, outbox: Outbox, last_check: int, now: datetime) -> None:
    if batch.waiting:  # users that Graph accepted are checked after the batch has no waiting user any more
        await dispatch(batch, outbox, now)
    elif batch.unseen:
        await dispatch_check(batch, last_check, timedelta(0), outbox)
