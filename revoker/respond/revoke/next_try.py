"""When a batch is tried again, and as which identity."""

from dataclasses import replace
from datetime import datetime

from revoker import log
from revoker.core.availability import to_avoid
from revoker.core.batch import Batch
from revoker.core.pool import Pool
from revoker.core.request import Priority
from revoker.ports.ledger import Ledger
from revoker.respond.revoke.attempt import Attempt
from revoker.respond.slots import charged_again, with_new_slot


async def next_try(batch: Batch, tried: Attempt, ledger: Ledger, pool: Pool, now: datetime) -> Batch:
    """Return a batch with the due time and the identity of its next try; both are written with what was learnt."""
    identity, refusals = pool.name(batch.identity), dict(batch.refusals)
    if tried.accepted:
        refusals = {}  # the identities that Graph refused for it are set aside by now (``refused_identity``)
    elif tried.refused:
        refusals[identity] = tried.refused
    later = replace(batch.learn(tried.learnt), refusals=refusals)
    if not later.waiting:
        return later
    urgent = batch.lane is Priority.URGENT
    if pool.is_shared and (tried.refused or (tried.throttled and urgent)):
        avoid = to_avoid(await ledger.paces(), pool, now.timestamp(), refusals, urgent=urgent)
        if identity in avoid:
            moved = await with_new_slot(later, ledger, pool, now, avoid)
            log.event("batch_moved", run=batch.run, batch=batch.id, before=identity, identity=moved.identity)
            return moved
    later = await charged_again(later, tried.again, ledger, pool, now)
    return replace(later, due_at=now + tried.wait)
