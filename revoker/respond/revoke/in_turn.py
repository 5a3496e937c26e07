"""Batches that Graph tells to wait are sent one after another once the wait is over."""

from dataclasses import replace
from datetime import datetime, timedelta

from revoker.core.batch import Batch
from revoker.core.pool import Paces, Pool
from revoker.core.request import Priority
from revoker.core.told_to_wait import charged_for_turn, next_turn_of_identity, next_turn_of_tenant
from revoker.ports.ledger import Ledger


async def in_turn(
    batch: Batch, again: int, wait: timedelta, ledger: Ledger, pool: Pool, now: datetime, *, of_tenant: bool
) -> Batch:
    """Return a batch that Graph told to wait, due when those of its lane that were told so before had their turn.

    ``again`` is how many of its writes take from the quota a second time: they are charged.
    """
    moment, seconds, urgent = now.timestamp(), wait.total_seconds(), batch.lane is Priority.URGENT
    writes = len(batch.waiting)

    def turn(paces: Paces) -> tuple[Paces, float]:
        paces = charged_for_turn(paces, moment, again, pool, batch.identity)
        if of_tenant:
            return next_turn_of_tenant(paces, moment, seconds, writes, pool, urgent=urgent)
        return next_turn_of_identity(paces, moment, seconds, writes, pool, batch.identity, urgent=urgent)

    before = await ledger.move_paces(lambda paces: turn(paces)[0])
    after, at = turn(before)
    shifted = after.of_identity(batch.identity, pool).shifted_for(in_turn=True)
    return replace(batch, due_at=now + timedelta(seconds=at - moment), shifted=shifted, in_turn=True)
