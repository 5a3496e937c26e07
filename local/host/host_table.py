"""What hosts of one storage account tell each other: when timers fired, and which host fires them.

The real host keeps both as blobs, in the container `azure-webjobs-hosts`. Here it is a table, since no blob client is
among the packages; the lock is a row moved by compare-and-swap instead of a leased blob.
"""

from contextlib import suppress
from datetime import UTC, datetime, timedelta

from azure.core import MatchConditions
from azure.core.exceptions import ResourceExistsError, ResourceModifiedError, ResourceNotFoundError
from azure.data.tables import TableEntity, UpdateMode
from azure.data.tables.aio import TableClient

from local.host.timer_status import Status

TABLE = "localhost"


class StatusStore:
    """The kept status of every timer."""

    def __init__(self, table: TableClient) -> None:
        self._table = table

    async def read(self, timer: str) -> Status | None:
        """Return what was kept; None for a timer that no host has met."""
        try:
            return Status.from_row(await self._table.get_entity("timer", timer))
        except ResourceNotFoundError:
            return None

    async def write(self, timer: str, status: Status) -> None:
        """Keep the status."""
        await self._table.upsert_entity({"PartitionKey": "timer", "RowKey": timer, **status.to_row()})


class ListenerLock:
    """The right to fire one timer, held for some seconds at a time by one host; a host that dies keeps it till then."""

    def __init__(self, table: TableClient, name: str, host: str, seconds: float) -> None:
        self._table, self._name, self._host = table, name, host
        self.seconds = seconds

    async def take(self) -> bool:
        """Take the lock, or hold it for longer; False while another host has it."""
        now = datetime.now(UTC)
        row: dict[str, object] = {"PartitionKey": "lock", "RowKey": self._name, "Host": self._host}
        row["Until"] = now + timedelta(seconds=self.seconds)
        try:
            kept = await self._table.get_entity("lock", self._name)
        except ResourceNotFoundError:
            return await self._create(row)
        if kept["Host"] != self._host and kept["Until"] > now:
            return False  # perhaps of a host that died: until then nothing fires, as with a leased blob
        return await self._replace(row, kept)

    async def release(self) -> None:
        """Let another host have it at once."""
        with suppress(ResourceNotFoundError):
            kept = await self._table.get_entity("lock", self._name)
            if kept["Host"] == self._host:
                await self._table.delete_entity("lock", self._name)

    async def _create(self, row: dict[str, object]) -> bool:
        try:
            await self._table.create_entity(row)
        except ResourceExistsError:
            return False
        return True

    async def _replace(self, row: dict[str, object], kept: TableEntity) -> bool:
        etag = kept.metadata["etag"]
        try:
            await self._table.update_entity(
                row, mode=UpdateMode.REPLACE, etag=etag, match_condition=MatchConditions.IfNotModified
            )
        except ResourceModifiedError:
            return False
        return True
