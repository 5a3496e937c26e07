"""Runs and idempotency keys: rows of one partition, so that both are written in one transaction."""

from collections.abc import Callable

from azure.data.tables.aio import TableServiceClient

from revoker.adapters.tables import claims, table
from revoker.adapters.tables.columns import BROKEN
from revoker.adapters.tables.keys import CLAIM, RUN, run_key
from revoker.adapters.tables.run_rows import readable_runs, run_of, run_row, state_column
from revoker.adapters.tables.service import LedgerTables
from revoker.adapters.tables.single_flight import SingleFlight
from revoker.core.problems import UnreadableError
from revoker.core.run import Run, State
from revoker.ports.ledger import Claim
from revoker.ports.page import Page


class TableRuns(LedgerTables):
    """The ledger's runs and keys."""

    def __init__(self, service: TableServiceClient) -> None:
        super().__init__(service)
        self._run_reads = SingleFlight(self.run)

    async def run(self, run: str) -> Run | None:
        """Return a run; raises UnreadableError for a row that another hand wrote."""
        try:
            return await table.read(self._ledger, RUN, run_key(run), run_of)
        except BROKEN as error:
            raise UnreadableError(f"The row of run {run} cannot be read: this app did not write it so.") from error

    async def shared_run(self, run: str) -> Run | None:
        """Return a run, read once for all callers of the same moment."""
        return await self._run_reads.read(run)

    async def runs(self, state: State | None, limit: int, cursor: str | None) -> Page[Run]:
        """Return runs, newest first; one row more than asked for tells whether there are others."""
        query = f"PartitionKey eq '{RUN}' and RowKey gt @after and RowKey lt '{CLAIM}'"
        values = {"after": cursor or ""}
        if state:
            query += " and state eq @state"
            values["state"] = state_column(state)
        found = await table.first(self._ledger, query, values, limit + 1)
        page = found[:limit]
        return Page(readable_runs(page), page[-1]["RowKey"] if len(found) > limit else None)

    async def update_run(self, run: str, change: Callable[[Run], Run]) -> Run:
        """Apply a change by compare-and-swap."""
        return await table.change_row(self._ledger, (RUN, run_key(run)), run_of, run_row, change)

    async def claim(self, key: str, run: str, digest: str, instead_of: str | None = None) -> Claim:
        """Insert or move the key's row."""
        return await claims.claim(self._ledger, key, run, digest, instead_of)

    async def release(self, key: str, run: str) -> None:
        """Delete the key's row."""
        await claims.release(self._ledger, key, run)
