"""One batch: revoke whoever is left, look whether it shows, write it down, then ask for what is still to do."""

import asyncio
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from revoker import log
from revoker.core.after_call import after_revoke
from revoker.core.back_off import pause
from revoker.core.batch import Batch
from revoker.core.errors import LostBatchError
from revoker.core.graph_answer import PROTECTION_UNKNOWN, GraphAnswer
from revoker.core.message import Message, Queue
from revoker.core.outcome import User
from revoker.core.pacing import pushed_back
from revoker.core.request import Priority
from revoker.core.run import Run
from revoker.core.tally import tally
from revoker.respond.cancel import cancel_batch
from revoker.respond.finish import finish, reopen
from revoker.respond.policy import Tools
from revoker.respond.protect import Protection
from revoker.respond.revoke.read_back import read_back
from revoker.respond.revoke.recheck import recheck
from revoker.respond.revoke.wait_for_slot import in_turn
from revoker.respond.slots import dispatch

_LONGEST_PUSH = 300.0


async def revoke(message: Message, protection: Protection, tools: Tools) -> None:
    """See to one message of a revoke lane; a repeated one finds nobody left."""
    ledger = tools.ledger
    batch, run = await asyncio.gather(ledger.batch(message.run, message.batch), ledger.shared_run(message.run))
    if batch is None or run is None:
        raise LostBatchError(f"batch {message.batch} of run {message.run}")
    if run.cancelled_at:
        await cancel_batch(batch, tools)
        await _look_later(batch, tools, ended=True)
        await finish(run.id, tools)
        return
    if run.dry_run or run.awaits_approval:  # nobody asks for that, unless somebody else writes to our queues
        log.failure("batch_refused", run=run.id, batch=batch.id)
        return
    placed = await in_turn(batch, message, tools)
    if placed is None:
        return
    now = tools.clock.now()
    learnt, delay = await _try(batch, run, protection, tools, now)
    later = replace(placed, due_at=now + delay) if delay else batch
    batch, late = await _write(batch, later, learnt, tools)
    await _continue(batch, run, message, tools, now, late=late)


async def _write(batch: Batch, later: Batch, learnt: Sequence[User], tools: Tools) -> tuple[Batch, bool]:
    """Write down what was learnt, and tell whether it came after somebody had been settled otherwise."""
    late = False

    def known(row: Batch) -> Batch:
        nonlocal late
        after = row.moved(later).learn(learnt)
        if after.reopens(row) and not late:
            late = True
            raise _LateError
        return after

    try:
        return await tools.ledger.update_batch(batch.run, batch.id, known), late
    except _LateError:  # the run first: if we die on the next line, healing sees it
        await reopen(batch.run, tools)
        return await tools.ledger.update_batch(batch.run, batch.id, known), late


class _LateError(Exception):
    """Somebody was settled otherwise while we were at Graph."""


async def _try(
    batch: Batch, run: Run, protection: Protection, tools: Tools, now: datetime
) -> tuple[list[User], timedelta]:
    """Return what was learnt about whoever is left, and how long to wait for those to be tried again."""
    settled, left, answers = await _ask(batch, run, protection, tools, now)
    give_up_at = batch.planned_for + tools.policy.patience.age
    tried = [
        after_revoke(user, answers[user.key], now=now, give_up_at=give_up_at, patience=tools.policy.patience)
        for user in left
    ]
    await _make_way(answers.values(), tools, now)
    accepted = [user for user in tried if user.is_unseen]
    seen = accepted if _is_listed(run, batch) else await read_back(accepted, batch, tools, last=False)
    learnt = [*settled, *(user for user in tried if not user.is_unseen), *seen]
    reasons = Counter(user.reason for user in learnt if user.reason)
    log.event("batch_tried", run=run.id, batch=batch.id, outcomes=tally(learnt).counts, reasons=reasons)
    return learnt, _delay(tried, answers, tools)


async def _ask(
    batch: Batch, run: Run, protection: Protection, tools: Tools, now: datetime
) -> tuple[list[User], list[User], Mapping[str, GraphAnswer]]:
    """Return who is spared, who was asked for, and the answers; while nobody knows who is protected, ask for nobody."""
    protected = await protection.known()
    if protected is None:
        return [], list(batch.waiting), {user.key: PROTECTION_UNKNOWN for user in batch.waiting}
    spared, left = await recheck(batch.waiting, run, protected, tools, now)
    answers = await tools.graph_users.revoke([user.key for user in left], batch.lane) if left else {}
    return spared, left, answers


async def _make_way(answers: Iterable[GraphAnswer], tools: Tools, now: datetime) -> None:
    """After a 429, or close to one, let no place come before the directory will take it."""
    quota, moment = tools.policy.quota, now.timestamp()
    waits = [answer.retry_after or 1.0 for answer in answers if answer.throttled]
    # Above 1 the directory is asked for more than its bucket: as long as that much takes to come back.
    waits += [(answer.load - 1.0) * quota.burst / quota.rate for answer in answers if answer.load > 1.0]
    if waits:
        # One odd answer must not hold up everybody's lane: a user's own wait may be longer.
        wait = min(max(waits), _LONGEST_PUSH)
        await tools.ledger.move_pace(lambda pace: pushed_back(pace, moment, wait, quota))


def _delay(tried: Iterable[User], answers: Mapping[str, GraphAnswer], tools: Tools) -> timedelta:
    waits = [pause(answers[user.key], user.attempts, tools.clock.jitter()) for user in tried if user.is_waiting]
    return timedelta(seconds=max(waits, default=0.0))


def _is_listed(run: Run, batch: Batch) -> bool:
    """Whether the run looks for this batch by itself, a page of the directory at a time (respond.check)."""
    return run.scans and batch.lane is Priority.BULK


async def _continue(batch: Batch, run: Run, message: Message, tools: Tools, now: datetime, *, late: bool) -> None:
    """Ask for whatever is left; the row already says so. In a run that has ended, nobody else looks."""
    if batch.waiting:
        await dispatch(batch, tools, now, message.attempt + 1)
    ended = late or run.finished_at is not None
    if ended or not _is_listed(run, batch):
        await _look_later(batch, tools, ended=ended)
    if not batch.is_open:
        await finish(batch.run, tools)


async def _look_later(batch: Batch, tools: Tools, *, ended: bool) -> None:
    if batch.unseen:
        if ended:
            await reopen(batch.run, tools)
        await tools.outbox.send(Queue.VERIFY, Message(batch.run, batch.id), tools.policy.verify_delays[0])
