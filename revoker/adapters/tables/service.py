"""The two tables, as the parts of the ledger share them."""

from azure.data.tables.aio import TableServiceClient


class LedgerTables:
    """Holds the clients of the tables ``ledger`` and ``batches``."""

    def __init__(self, service: TableServiceClient) -> None:
        self._service = service
        self._ledger = service.get_table_client("ledger")
        self._batches = service.get_table_client("batches")

    async def close(self) -> None:
        """Close the connections."""
        await self._service.close()
