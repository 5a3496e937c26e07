"""Handle a message of the verify queue: check whether the directory shows what Graph accepted."""

from collections.abc import Sequence
from dataclasses import replace

from revoker import log
from revoker.core.batch import Batch
from revoker.core.ended import ended_at
from revoker.core.errors import LostBatchError
from revoker.core.message import Message
from revoker.core.outcome import User
from revoker.core.pool import Pool
from revoker.core.rules import NamedAccounts, Rules, spared_by
from revoker.core.tally import tally
from revoker.ports.clock import Clock
from revoker.ports.graph import GraphUsers
from revoker.ports.ledger import Ledger
from revoker.respond.dispatch import dispatch_check
from revoker.respond.finish import finish
from revoker.respond.policy import Tools
from revoker.respond.protect import Protection
from revoker.respond.revoke.addresses import addresses
from revoker.respond.revoke.begin_again import begin_again
from revoker.respond.revoke.read_back import read_back
from revoker.respond.revoke.remember import remember
from revoker.respond.slots import charge

_SPARE_CHECKS = 3


async def verify(message: Message, protection: Protection, tools: Tools) -> None:
    """Do one check of a batch; ``attempt`` in the message counts checks from 0, and the last one settles every user.

    With waits of 30, 120 and 300 s there are three checks; a user that does not show at the second is revoked once
    more. A check that could not read does not count: it is repeated, three times at most.
    """
    ledger, delays = tools.ledger, tools.policy.verify_delays
    batch = await ledger.batch(message.run, message.batch)
    if batch is None:
        raise LostBatchError(f"batch {message.batch} of run {message.run}")
    batch = await begin_again(batch, ledger)
    ahead = len(delays) - message.attempt - 1
    last, patient = ahead <= 0, ahead > -_SPARE_CHECKS
    learnt = await read_back(
        batch.unseen, batch, tools.graph_users, ledger, tools.policy, tools.clock, last=last, patient=patient
    )
    # At the last check but one: the last check can then still show the effect of the second call.
    if ahead == 1 and _are_stragglers(learnt, batch) and not await _is_cancelled(batch, ledger):
        learnt = await _once_more(learnt, batch, protection, tools.graph_users, ledger, tools.policy.pool, tools.clock)
    log.event("batch_checked", run=batch.run, batch=batch.id, outcomes=tally(learnt).counts, ended=ended_at(learnt))
    batch = await ledger.update_batch(batch.run, batch.id, lambda row: row.learn(learnt).handled())
    if batch.unseen:
        again = message.attempt + 1
        await dispatch_check(batch, again, delays[min(again, len(delays) - 1)], tools.outbox)
    await remember(batch.run, learnt, ledger)
    if not batch.is_open:
        await finish(batch.run, ledger, tools.clock.now())


async def _is_cancelled(batch: Batch, ledger: Ledger) -> bool:
    run = await ledger.run(batch.run)
    return run is not None and run.cancelled_at is not None


def _are_stragglers(learnt: Sequence[User], batch: Batch) -> bool:
    """Whether so few users do not show, of twenty ten at most, that the call missed them; more mean that it lags."""
    left = sum(user.is_unseen for user in learnt)
    called = sum(user.called_at is not None for user in batch.users)
    return left == 1 or 2 * left <= called


def _may_be_called(user: User, protected: NamedAccounts) -> bool:
    """Tell whether the user is certain not to be protected, by what this record shows of it."""
    return not protected.may_hide(user) and spared_by(user, Rules(protected=protected)) is None


async def _once_more(
    users: Sequence[User],
    batch: Batch,
    protection: Protection,
    graph_users: GraphUsers,
    ledger: Ledger,
    pool: Pool,
    clock: Clock,
) -> list[User]:
    """Revoke stragglers again. An accepted call changes only the moment that the directory must show."""
    protected = await protection.known()
    if protected is None:  # no user is called while it is not known which are protected
        return list(users)
    left = [user for user in users if user.is_unseen and _may_be_called(user, protected)]
    if not left:
        return list(users)
    [slot] = await charge([len(left)], ledger, pool, clock.now())
    answers = await graph_users.revoke(addresses(left), batch.lane, slot.identity)
    now, identity = clock.now(), slot.identity or None
    called = {user.key: user for user in users}
    for user in left:
        if answers[user.address].accepted:
            again = replace(user, attempts=user.attempts + 1, called_at=now, settled_at=now, identity=identity)
            called[user.key] = again
    return list(called.values())
