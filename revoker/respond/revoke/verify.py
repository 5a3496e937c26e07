"""One batch, later: look again whether the directory shows what Graph accepted."""

from collections.abc import Sequence
from dataclasses import replace

from revoker import log
from revoker.core.batch import Batch
from revoker.core.errors import LostBatchError
from revoker.core.message import Message, Queue
from revoker.core.outcome import User
from revoker.core.rules import Rules, spared_by
from revoker.core.tally import tally
from revoker.respond.finish import finish
from revoker.respond.policy import Tools
from revoker.respond.protect import Protection
from revoker.respond.revoke.read_back import read_back
from revoker.respond.slots import charge

_SPARE_CHECKS = 3


async def verify(message: Message, protection: Protection, tools: Tools) -> None:
    """See to one message of the verify queue; ``attempt`` counts the checks, and the last one settles everybody.

    Whoever does not show at the last check but one is revoked once more. A look that fails is no check: it is made
    again, three times at most.
    """
    batch = await tools.ledger.batch(message.run, message.batch)
    if batch is None:
        raise LostBatchError(f"batch {message.batch} of run {message.run}")
    delays = tools.policy.verify_delays
    ahead = len(delays) - message.attempt - 1
    learnt = await read_back(batch.unseen, batch, tools, last=ahead <= 0, patient=ahead > -_SPARE_CHECKS)
    if ahead == 1 and _are_stragglers(learnt, batch) and not await _is_cancelled(batch, tools):
        learnt = await _once_more(learnt, batch, protection, tools)
    log.event("batch_checked", run=batch.run, batch=batch.id, outcomes=tally(learnt).counts)
    batch = await tools.ledger.update_batch(batch.run, batch.id, lambda row: row.learn(learnt))
    if batch.unseen:
        again = Message(batch.run, batch.id, message.attempt + 1)
        await tools.outbox.send(Queue.VERIFY, again, delays[min(again.attempt, len(delays) - 1)])
    if not batch.is_open:
        await finish(batch.run, tools)


async def _is_cancelled(batch: Batch, tools: Tools) -> bool:
    run = await tools.ledger.run(batch.run)
    return run is not None and run.cancelled_at is not None


def _are_stragglers(learnt: Sequence[User], batch: Batch) -> bool:
    """Whether the directory shows most of a batch and not these: where it shows hardly anybody, it only lags."""
    left = sum(user.is_unseen for user in learnt)
    called = sum(user.called_at is not None for user in batch.users)
    return left == 1 or 2 * left <= called


async def _once_more(users: Sequence[User], batch: Batch, protection: Protection, tools: Tools) -> list[User]:
    """Revoke stragglers again; what Graph answers changes nothing but the moment that must show."""
    protected = await protection.known()
    if protected is None:  # nobody is called again while nobody knows whom to spare
        return list(users)
    rules = Rules(protected=protected)
    left = [user for user in users if user.is_unseen and spared_by(user, rules) is None]
    if not left:
        return list(users)
    await charge(len(left), tools)
    answers = await tools.graph_users.revoke([user.key for user in left], batch.lane)
    now = tools.clock.now()
    again = {
        user.key: replace(user, attempts=user.attempts + 1, called_at=now, settled_at=now)
        for user in left
        if answers[user.key].accepted
    }
    return [again.get(user.key, user) for user in users]
