"""Move a batch from one identity to another: a slot of the other's quota, and one compare-and-swap on the batch's row.

A batch is due with identity A, which was taken out of the pool, set aside, or told to wait while the batch is urgent.
The worker reserves a slot of identity B and writes both on the row. Two workers that hold the same message may both
reserve; the row takes the first, and the second one's slot stays unused.
"""

from collections.abc import Collection
from datetime import datetime

from revoker import log
from revoker.core.batch import Batch
from revoker.core.pool import Pool
from revoker.ports.ledger import Ledger
from revoker.respond.slots import with_new_slot


async def move_batch(batch: Batch, ledger: Ledger, pool: Pool, now: datetime, avoid: Collection[str]) -> Batch:
    """Return the batch as its row is afterwards: with an identity that is not in ``avoid``.

    Where another worker has moved the batch already, the row keeps that worker's choice.
    """
    moved = await with_new_slot(batch, ledger, pool, now, avoid)

    def moved_once(row: Batch) -> Batch:
        if row.identity != batch.identity:
            return row
        return row.moved(moved)

    row = await ledger.update_batch(batch.run, batch.id, moved_once)
    log.event("batch_moved", run=row.run, batch=row.id, before=batch.identity, identity=row.identity, due=row.due_at)
    return row
