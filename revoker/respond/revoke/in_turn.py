"""Batches that Graph tells to wait are sent one after another once the wait is over."""

from dataclasses import replace
from datetime import datetime, timedelta

from revoker.core.batch import Batch
from revoker.core.pool import Paces, Pool
from revoker.core.told_to_wait import next_turn_of_identity, next_turn_of_tenant
from revoker.ports.ledger import Ledger


async def in_turn(
    batch: Batch, writes: int, wait: timedelta, ledger: Ledger, pool: Pool, now: datetime, *, of_tenant: bool
) -> Batch:
    """Return a batch that Graph told to wait, due when those that were told so before have had their turn."""
    moment, seconds = now.timestamp(), wait.total_seconds()

    def turn(paces: Paces) -> tuple[Paces, float]:
        if of_tenant:
            return next_turn_of_tenant(paces, moment, seconds, writes, pool)
        return next_turn_of_identity(paces, moment, seconds, writes, pool, batch.identity)

    before = await ledger.move_paces(lambda paces: turn(paces)[0])
    _, at = turn(before)
    return replace(batch, due_at=now + timedelta(seconds=at - moment))
