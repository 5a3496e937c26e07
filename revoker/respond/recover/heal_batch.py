"""Heal one batch: send its message again where it must be lost, three times at most."""

from dataclasses import replace
from datetime import datetime, timedelta

from revoker import log
from revoker.core.batch import Batch
from revoker.core.pool import Pool
from revoker.core.scan import Scan
from revoker.ports.clock import Clock
from revoker.ports.ledger import Ledger
from revoker.ports.outbox import Outbox
from revoker.respond.dispatch import QUEUES, dispatch, dispatch_check
from revoker.respond.policy import Policy
from revoker.respond.slots import is_expired, with_new_slot

MOST_HEALINGS = 3
# Eight times heal_after, two hours: longer than that, a queue that always has a message due does not tell of a batch's.
_QUEUE_BELIEVED = 8


async def heal_batch(
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
    """Send a batch's message again where it is overdue and its queue tells of no work that is left.

    With ``doubts_queue`` a batch that is two hours late is sent again beside a queue that always has a message due.
    """
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
