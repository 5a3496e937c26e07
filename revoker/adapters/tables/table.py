"""The few things that a table can do, with the service's exceptions turned into return values."""

from collections.abc import Callable
from contextlib import suppress

from azure.core import MatchConditions
from azure.core.exceptions import ResourceExistsError, ResourceModifiedError, ResourceNotFoundError
from azure.data.tables import UpdateMode
from azure.data.tables.aio import TableClient

from revoker.adapters.tables.columns import ReadRow, Row

# The service answers a query with at most 1,000 rows a page (docs/graph-facts.md#tables).
_MOST_IN_PAGE = 1000


async def get(table: TableClient, partition: str, key: str) -> ReadRow | None:
    """Return a row, or None."""
    try:
        return await table.get_entity(partition, key)
    except ResourceNotFoundError:
        return None


async def read[V](table: TableClient, partition: str, key: str, value_of: Callable[[ReadRow], V]) -> V | None:
    """Return the value in a row, or None without the row."""
    row = await get(table, partition, key)
    return None if row is None else value_of(row)


async def create(table: TableClient, row: Row) -> bool:
    """Insert a row; False where there is one already."""
    try:
        await table.create_entity(row)
    except ResourceExistsError:
        return False
    return True


async def swap(table: TableClient, row: Row, read: ReadRow) -> bool:
    """Replace a row if it is as it was read; False where another writer was first, or removed it."""
    try:
        await table.update_entity(row, **unchanged(etag_of(read)))
    except (ResourceModifiedError, ResourceNotFoundError):
        return False
    return True


async def remove(table: TableClient, read: ReadRow) -> None:
    """Delete a row if it is as it was read."""
    with suppress(ResourceModifiedError, ResourceNotFoundError):
        await table.delete_entity(read["PartitionKey"], read["RowKey"], **_as_read(etag_of(read)))


async def change_row[V](
    table: TableClient,
    address: tuple[str, str],
    read: Callable[[ReadRow], V],
    write: Callable[[V], Row],
    change: Callable[[V], V],
) -> V:
    """Apply a pure change to the value in a row, again if another writer was first; raises KeyError without the row."""
    while True:
        row = await get(table, *address)
        if row is None:
            raise KeyError(address[1])
        before = read(row)
        after = change(before)
        if after == before or await swap(table, write(after), row):
            return after


async def first(
    table: TableClient, query: str, values: Row, limit: int | None, select: list[str] | None = None
) -> list[ReadRow]:
    """Return the first rows that match, all of them without a limit."""
    found: list[ReadRow] = []
    page = min(limit or _MOST_IN_PAGE, _MOST_IN_PAGE)
    async for row in table.query_entities(query, parameters=values, results_per_page=page, select=select):
        found.append(row)
        if limit and len(found) == limit:
            break
    return found


def etag_of(read: ReadRow) -> str:
    """Return the ETag under which a row was read."""
    return str(read.metadata["etag"])  # type: ignore[attr-defined]


def unchanged(etag: str) -> Row:
    """Return the options that let an update pass only if the row still has this ETag."""
    return {"mode": UpdateMode.REPLACE, **_as_read(etag)}


def lost_race(error: Exception) -> bool:
    """Return False for a lost race (412), to be run again; raise anything else."""
    if getattr(error, "status_code", None) == 412:
        return False
    raise error


def _as_read(etag: str) -> Row:
    return {"etag": etag, "match_condition": MatchConditions.IfNotModified}
