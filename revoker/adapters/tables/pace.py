"""The pace of writes: one row, moved by compare-and-swap whenever slots are reserved."""

import asyncio
from collections.abc import Callable

from azure.data.tables.aio import TableServiceClient

from revoker.adapters.tables import table
from revoker.adapters.tables.keys import PACE
from revoker.adapters.tables.service import LedgerTables
from revoker.adapters.tables.single_flight import SingleFlight
from revoker.adapters.tables.tally_rows import WRITE, pace_of, pace_row
from revoker.core.pacing import Pace


class TablePace(LedgerTables):
    """The ledger's pace."""

    def __init__(self, service: TableServiceClient) -> None:
        super().__init__(service)
        self._moving = asyncio.Lock()
        self._pace_reads = SingleFlight(self._pace)

    async def pace(self) -> Pace:
        """Return where the write quota stands, read once for all callers of the same moment."""
        return await self._pace_reads.read(WRITE)

    async def move_pace(self, change: Callable[[Pace], Pace]) -> Pace:
        """Move the pace by compare-and-swap.

        Of hundreds of callers in one process only one would win each round, so they take turns here; the swap is
        against other processes.
        """
        async with self._moving:
            while True:
                row = await table.get(self._ledger, PACE, WRITE)
                if row is None:
                    await table.create(self._ledger, pace_row(Pace()))
                    continue
                before = pace_of(row)
                if await table.swap(self._ledger, pace_row(change(before)), row):
                    return before

    async def _pace(self, name: str) -> Pace:
        return await table.read(self._ledger, PACE, name, pace_of) or Pace()
