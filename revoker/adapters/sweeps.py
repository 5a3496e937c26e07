"""Sweeps in Azure Tables: rows of one partition of ``ledger``, changed by compare-and-swap."""

from collections.abc import Callable

from azure.data.tables.aio import TableServiceClient

from revoker.adapters import table
from revoker.adapters.sweep_rows import SWEEP, sweep_of, sweep_row
from revoker.sweep import Sweep


class TableSweeps:
    """Keeps the promises of ``ports.Sweeps``."""

    def __init__(self, service: TableServiceClient) -> None:
        self._rows = service.get_table_client("ledger")

    async def add(self, sweep: Sweep) -> bool:
        """Insert a sweep; False where there is one of its id."""
        return await table.create(self._rows, sweep_row(sweep))

    async def all(self) -> tuple[Sweep, ...]:
        """Return every sweep, in the order of their ids."""
        found = await table.first(self._rows, "PartitionKey eq @sweep", {"sweep": SWEEP}, None)
        return tuple(map(sweep_of, found))

    async def get(self, sweep: str) -> Sweep | None:
        """Return a sweep."""
        row = await table.get(self._rows, SWEEP, sweep)
        return sweep_of(row) if row else None

    async def update(self, sweep: str, change: Callable[[Sweep], Sweep]) -> Sweep:
        """Apply a pure change, again if another writer was first; raises KeyError without such a sweep."""
        return await table.change_row(self._rows, (SWEEP, sweep), sweep_of, sweep_row, change)

    async def remove(self, sweep: str) -> None:
        """Delete a sweep; gone already is gone."""
        await self._rows.delete_entity(SWEEP, sweep)
