"""The ledger in Azure Tables: ``ledger`` holds runs and single rows, ``batches`` a partition a run."""

import hashlib
from collections.abc import Sequence
from datetime import datetime

from revoker.adapters.tables import claims, table
from revoker.adapters.tables.batches import TableBatches
from revoker.adapters.tables.callers import TableCallers
from revoker.adapters.tables.keys import POISON
from revoker.adapters.tables.pace import TablePace
from revoker.adapters.tables.protected import TableProtected
from revoker.adapters.tables.revocations import TableRevocations
from revoker.adapters.tables.run_rows import run_row
from revoker.adapters.tables.runs import TableRuns
from revoker.core.batch import Batch
from revoker.core.run import Run


class TableLedger(TableRuns, TableBatches, TablePace, TableProtected, TableCallers, TableRevocations):
    """Keeps the ledger's promises with ETags and single-partition transactions."""

    async def open_run(self, run: Run, batches: Sequence[Batch], key: str | None = None) -> bool:
        """Write batches and tallies where they are missing, then the run: the run's row is the acceptance.

        A worker that dies before the last write leaves batches that belong to no run, and that no query returns.
        """
        await self.add_batches(run, batches)
        if key is not None:
            return await claims.accept(self._ledger, key, run_row(run))
        await table.create(self._ledger, run_row(run))
        return True

    async def keep_poison(self, queue: str, body: bytes, at: datetime) -> None:
        """Keep a body whole, the same one once: a queue message (64 KiB at most) just fits a binary column."""
        name = hashlib.sha256(body).hexdigest()
        row = {"PartitionKey": POISON, "RowKey": name, "queue": queue, "keptAt": at.isoformat(), "body": body}
        await table.create(self._ledger, row)

    async def ping(self) -> None:
        """Read one row that need not be there."""
        await table.get(self._ledger, "ping", "ping")
