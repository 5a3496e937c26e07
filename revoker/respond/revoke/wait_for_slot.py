"""Wait for a batch's slot in the write quota: the last second here, anything longer on its queue.

A batch is due at 10:00:05.4. Its queue counts whole seconds and delivers it at 10:00:05.0. The worker waits 0.4 s, then
reads the quota's state: 100 urgent writes were charged meanwhile, so the slot has moved to 10:00:10.4. The worker
writes that down and puts the message back on the queue for 5 s.
"""

import math
from datetime import datetime, timedelta

from revoker.core.availability import to_avoid
from revoker.core.batch import Batch
from revoker.core.message import Message
from revoker.core.pool import Pool
from revoker.core.request import Priority
from revoker.ports.clock import Clock
from revoker.ports.ledger import Ledger
from revoker.ports.outbox import MOST_EARLY, Outbox
from revoker.respond.dispatch import dispatch
from revoker.respond.revoke.move_batch import move_batch
from revoker.respond.slots import is_expired, shifted_slot, with_new_slot

# While urgent writes take the whole quota the slot moves as fast as time does, and a call that outlasts functionTimeout
# ends every call of its worker.
_LONGEST_WAIT = timedelta(seconds=10)
# Seconds. The first identity keeps 300 writes free for urgent ones, so a batch of the bulk lane is told to wait for a
# moment where an urgent one is not. An urgent batch that left for the second identity, which keeps none free, had 20
# bulk writes refused there for 15 s, and a run of 170 s took 14 s longer. Refused itself, it leaves at once
# (``next_try``).
_WORTH_A_TRY = 5.0


async def wait_for_slot(
    batch: Batch, message: Message, ledger: Ledger, outbox: Outbox, pool: Pool, clock: Clock
) -> Batch | None:
    """Return a batch once its slot has come; None for one that was put back on its queue to wait longer."""
    if is_expired(batch, pool, clock.now()):
        batch = await with_new_slot(batch, ledger, pool, clock.now(), frozenset(batch.refusals))
    put_back_at = clock.now() + _LONGEST_WAIT
    while batch.waiting and clock.now() < put_back_at and (early := batch.due_at - clock.now()) <= MOST_EARLY:
        if early > timedelta(0):
            await clock.sleep(early.total_seconds())
        # The quota's state is read after the wait, not before: urgent writes that were charged during the wait have
        # moved this slot as well.
        current = await _with_current_slot(batch, ledger, pool, clock.now())
        if current.due_at <= batch.due_at and current.identity == batch.identity:
            return current
        batch = current
    if not batch.waiting:
        return batch
    # The new slot is written before the message is sent: a worker that dies in between leaves a batch that healing
    # finds at its new time.
    batch = await ledger.update_batch(batch.run, batch.id, lambda row: row.moved(batch))
    await dispatch(batch, outbox, clock.now(), message.attempt)
    return None


async def _with_current_slot(batch: Batch, ledger: Ledger, pool: Pool, now: datetime) -> Batch:
    """Return a batch with its slot as it is now, or with another identity where its own cannot send it."""
    identity, urgent = pool.name(batch.identity), batch.lane is Priority.URGENT
    is_member = identity in pool.identities
    if urgent and is_member and not pool.is_shared:
        return batch  # an urgent batch has no slot, and there is no other identity: the paces need not be read
    paces = await ledger.paces()
    longest = _worth_waiting(batch)
    avoid = to_avoid(paces, pool, now.timestamp(), batch.refusals, longest_wait=longest)
    if not is_member or identity in avoid:
        return await move_batch(batch, ledger, pool, now, avoid)
    if urgent or batch.returned:
        return batch  # a batch that came back waits for a random moment (``put_apart``), which does not shift
    return shifted_slot(batch, paces, pool)


def _worth_waiting(batch: Batch) -> float:
    """Return for how many seconds a batch may find its identity told to wait, and stay with it."""
    if batch.lane is Priority.BULK:
        return math.inf
    # After the first try the quota of its identity may be the reason for which it comes again.
    is_first_try = not any(user.attempts for user in batch.waiting)
    return _WORTH_A_TRY if is_first_try else 0.0
