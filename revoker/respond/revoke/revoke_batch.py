"""Handle a message of a revoke queue: revoke the batch's waiting users, record the outcomes, send the next message."""

import asyncio
from datetime import timedelta

from revoker import log
from revoker.core.batch import Batch
from revoker.core.errors import LostBatchError
from revoker.core.message import Message
from revoker.core.run import Run
from revoker.ports.clock import Clock
from revoker.ports.ledger import Ledger
from revoker.ports.outbox import Outbox
from revoker.respond.cancel import cancel_batch
from revoker.respond.dispatch import dispatch, dispatch_check
from revoker.respond.finish import finish, reopen
from revoker.respond.policy import Tools
from revoker.respond.protect import Protection
from revoker.respond.revoke.attempt import attempt, checked_by_scan
from revoker.respond.revoke.begin_again import begin_to_revoke
from revoker.respond.revoke.next_try import next_try
from revoker.respond.revoke.record import record
from revoker.respond.revoke.refused_identity import set_aside_refused
from revoker.respond.revoke.remember import remember
from revoker.respond.revoke.wait_for_slot import wait_for_slot


async def revoke(message: Message, protection: Protection, tools: Tools) -> None:
    """Revoke the waiting users of a message's batch; a message that is delivered twice finds no user left.

    Raises LostBatchError where there is no such batch: a redelivery may find it, else the message is poison.
    """
    ledger, outbox, clock, policy = tools.ledger, tools.outbox, tools.clock, tools.policy
    batch, run = await asyncio.gather(ledger.batch(message.run, message.batch), ledger.shared_run(message.run))
    if batch is None or run is None:
        raise LostBatchError(f"batch {message.batch} of run {message.run}")
    if run.cancelled_at:
        await _cancel(batch, ledger, outbox, policy.verify_delays[0], clock)
        return
    if run.dry_run or run.is_held:  # the app sends no such message: another principal wrote it into the queue
        log.failure("batch_refused", run=run.id, batch=batch.id)
        return
    due = await wait_for_slot(batch, message, ledger, outbox, policy.pool, clock)
    if due is None:
        return  # not due yet: its message was sent again
    due = await begin_to_revoke(due, ledger, policy.pool, clock.now())
    begun_at = clock.now()
    tried = await attempt(due, run, protection, tools.graph_users, tools.graph_listings, ledger, policy, clock)
    if due.refusals and tried.accepted:
        await set_aside_refused(due, ledger, policy.pool, clock)
    later = await next_try(due, tried, ledger, policy.pool, begun_at)
    batch, run_had_ended = await record(batch, later, tried.learnt, ledger)
    if batch.waiting:  # the row says so already: a worker that dies here leaves a batch that healing finds
        await dispatch(batch, outbox, begun_at, message.attempt + 1)
    await _check_later(batch, run, ledger, outbox, policy.verify_delays[0], run_had_ended=run_had_ended)
    await remember(batch.run, tried.learnt, ledger)
    if not batch.is_open:
        await finish(batch.run, ledger, clock.now())


async def _cancel(batch: Batch, ledger: Ledger, outbox: Outbox, first_check: timedelta, clock: Clock) -> None:
    """Settle the waiting users of a cancelled run's batch; users accepted before are still checked."""
    await cancel_batch(batch.run, batch.id, ledger, clock.now())
    if batch.unseen:
        await reopen(batch.run, ledger)
        await dispatch_check(batch, 0, first_check, outbox)
    await finish(batch.run, ledger, clock.now())


async def _check_later(
    batch: Batch, run: Run, ledger: Ledger, outbox: Outbox, first_check: timedelta, *, run_had_ended: bool
) -> None:
    """Send the first check. A run's scan checks its batches without messages, but only until the run has ended."""
    ended = run_had_ended or run.finished_at is not None
    if not batch.unseen or (checked_by_scan(run, batch) and not ended):
        return
    if ended:
        await reopen(batch.run, ledger)
    await dispatch_check(batch, 0, first_check, outbox)
