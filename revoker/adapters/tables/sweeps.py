"""Sweeps in Azure Tables: rows of one partition of ``ledger``, changed by compare-and-swap."""

from collections.abc import Callable

from azure.data.tables.aio import TableServiceClient

from revoker.adapters.tables import table
from revoker.adapters.tables.keys import SWEEP
from revoker.adapters.tables.sweep_rows import new_row, readable, sweep_of, sweep_row
from revoker.core.sweep import Sweep


class TableSweeps:
    """Keeps the promises of ``ports.sweeps.Sweeps``."""

    def __init__(self, service: TableServiceClient) -> None:
        self._rows = service.get_table_client("ledger")

    async def add(self, sweep: Sweep) -> bool:
        """Insert a sweep; False where there is one of its id; raises InvalidError where no row holds it."""
        return await table.create(self._rows, new_row(sweep))

    async def all(self) -> tuple[Sweep, ...]:
        """Return every sweep, in the order of their ids; one that cannot be read is logged and left out."""
        return readable(await table.first(self._rows, "PartitionKey eq @sweep", {"sweep": SWEEP}, None))

    async def get(self, sweep: str) -> Sweep | None:
        """Return a sweep; raises UnreadableError."""
        return await table.read(self._rows, SWEEP, sweep, sweep_of)

    async def update(self, sweep: str, change: Callable[[Sweep], Sweep]) -> Sweep:
        """Apply a pure change, again if another writer was first; raises KeyError without such a sweep."""
        return await table.change_row(self._rows, (SWEEP, sweep), sweep_of, sweep_row, change)

    async def remove(self, sweep: str) -> None:
        """Delete a sweep; gone already is gone."""
        await self._rows.delete_entity(SWEEP, sweep)
