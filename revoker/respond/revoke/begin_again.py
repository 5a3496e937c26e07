"""Record that a worker begins with a batch whose message came back before: only then does its next return count."""

from dataclasses import replace

from revoker.core.batch import Batch
from revoker.ports.ledger import Ledger


async def begin_again(batch: Batch, ledger: Ledger) -> Batch:
    """Return the batch as it is now; a batch whose message never came back costs no write."""
    if not batch.returned or batch.begun:
        return batch
    return await ledger.update_batch(batch.run, batch.id, lambda row: replace(row, begun=row.returned > 0))
