"""The paces of the pool: one row, changed by compare-and-swap whenever slots are reserved."""

import asyncio
from collections.abc import Callable

from azure.data.tables.aio import TableServiceClient

from revoker.adapters.tables import table
from revoker.adapters.tables.keys import PACE
from revoker.adapters.tables.pace_rows import WRITE, paces_of, paces_row
from revoker.adapters.tables.service import LedgerTables
from revoker.adapters.tables.single_flight import SingleFlight
from revoker.core.pool import Paces


class TablePace(LedgerTables):
    """The ledger's paces."""

    def __init__(self, service: TableServiceClient) -> None:
        super().__init__(service)
        self._moving = asyncio.Lock()
        self._pace_reads = SingleFlight(self._paces)

    async def paces(self) -> Paces:
        """Return the state of the write quotas, read once for all callers of the same moment."""
        return await self._pace_reads.read(WRITE)

    async def move_paces(self, change: Callable[[Paces], Paces]) -> Paces:
        """Change all paces by one compare-and-swap.

        Of hundreds of callers in one process only one would win each swap, so a lock lets one in at a time. The swap is
        there for other processes.
        """
        async with self._moving:
            while True:
                row = await table.get(self._ledger, PACE, WRITE)
                if row is None:
                    await table.create(self._ledger, paces_row(Paces()))
                    continue
                before = paces_of(row)
                if await table.swap(self._ledger, paces_row(change(before)), row):
                    return before

    async def _paces(self, name: str) -> Paces:
        return await table.read(self._ledger, PACE, name, paces_of) or Paces()
