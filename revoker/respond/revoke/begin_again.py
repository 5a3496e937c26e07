"""Record that a worker begins with a batch whose message came back before: only then does its next return count."""

from dataclasses import replace
from datetime import datetime

from revoker.core.batch import Batch
from revoker.core.pool import Pool
from revoker.ports.ledger import Ledger
from revoker.respond.slots import charged_again


async def begin_again(batch: Batch, ledger: Ledger) -> Batch:
    """Return the batch with the record; a batch whose message never came back is not written."""
    if not batch.returned or batch.begun:
        return batch
    return await ledger.update_batch(batch.run, batch.id, lambda row: replace(row, begun=row.returned > 0))


async def begin_to_revoke(due: Batch, ledger: Ledger, pool: Pool, now: datetime) -> Batch:
    """Return a batch whose slot has come. One whose message came back is recorded as begun, and charged again."""
    if not due.returned or due.begun:
        return due
    # The worker that died may have called Graph already, and the slot has passed, so these writes come on top of the
    # reserved ones. A host that dies holds up to 24 batches: 480 writes.
    charged = await charged_again(due, len(due.waiting), ledger, pool, now)
    return await ledger.update_batch(due.run, due.id, lambda row: replace(row.moved(charged), begun=row.returned > 0))
