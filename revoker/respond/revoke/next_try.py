"""When a batch is tried again, and as which identity."""

import math
from dataclasses import replace
from datetime import datetime

from revoker import log
from revoker.core.availability import is_suspect, suspect, to_avoid
from revoker.core.batch import Batch
from revoker.core.pool import Pool
from revoker.core.request import Priority
from revoker.ports.ledger import Ledger
from revoker.respond.revoke.attempt import Attempt
from revoker.respond.revoke.in_turn import in_turn
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
        longest = 0.0 if urgent else math.inf
        avoid = to_avoid(await ledger.paces(), pool, now.timestamp(), refusals, longest_wait=longest)
        if identity in avoid:
            at_once = bool(tried.refused) and await _is_first_to_tell(identity, ledger, now)
            moved = await with_new_slot(later, ledger, pool, now, avoid, at_once=at_once)
            log.event("batch_moved", run=batch.run, batch=batch.id, before=identity, identity=moved.identity)
            return moved
    if tried.throttled or tried.of_tenant:
        return await in_turn(later, tried.again, tried.wait, ledger, pool, now, of_tenant=tried.of_tenant)
    later = await charged_again(later, tried.again, ledger, pool, now)
    return replace(later, due_at=now + tried.wait)


async def _is_first_to_tell(identity: str, ledger: Ledger, now: datetime) -> bool:
    """Whether this batch is to find out why Graph refused its identity, as no other batch is on its way to do so."""
    # One identity of three (A) loses its permission in the middle of a run: the slots of the others are reserved for 20
    # minutes. A batch that waits for the end of those would be sent then, and until then each batch of A would meet a
    # 403. So the first one is sent at once, and the slots of others shift by its writes. The rest wait: 24 batches that
    # a host has under way would be 480 writes at once.
    moment = now.timestamp()
    before = await ledger.move_paces(lambda paces: suspect(paces, identity, moment))
    return not is_suspect(before, identity, moment)
