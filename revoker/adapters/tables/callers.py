"""What each caller asked for lately: one row a caller, changed by compare-and-swap."""

import asyncio
from collections.abc import Callable

from azure.data.tables.aio import TableServiceClient

from revoker.adapters.tables import table
from revoker.adapters.tables.columns import FORM, ReadRow, Row, text_columns, value_of
from revoker.adapters.tables.keys import CALLER, caller_key
from revoker.adapters.tables.service import LedgerTables
from revoker.core.caller_use import CallerUse


class TableCallers(LedgerTables):
    """The ledger's callers."""

    def __init__(self, service: TableServiceClient) -> None:
        super().__init__(service)
        self._accounting = asyncio.Lock()

    async def move_caller(self, caller: str, change: Callable[[CallerUse], CallerUse]) -> CallerUse:
        """Change a caller's row by compare-and-swap; one change at a time in this process, as for the paces."""
        async with self._accounting:
            while True:
                row = await table.get(self._ledger, CALLER, caller_key(caller))
                before = use_of(row) if row else CallerUse()
                after = change(before)
                if after == before:
                    return before
                made = use_row(caller, after)
                if await (table.swap(self._ledger, made, row) if row else table.create(self._ledger, made)):
                    return before


def use_row(caller: str, use: CallerUse) -> Row:
    """Return what a caller asked for as a row."""
    return {"PartitionKey": CALLER, "RowKey": caller_key(caller), **FORM, **text_columns("use", use)}


def use_of(row: ReadRow) -> CallerUse:
    """Return what a caller asked for; raises one of BROKEN."""
    return value_of(row, "use", CallerUse)
