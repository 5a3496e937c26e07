"""Several batches of a run changed at once, with their tallies, in one transaction of the partition."""

import asyncio
from collections.abc import Callable, Iterable, Mapping

from azure.core.exceptions import ResourceModifiedError
from azure.data.tables import TableTransactionError
from azure.data.tables.aio import TableClient

from revoker.adapters.tables import table
from revoker.adapters.tables.batch_rows import batch_of, batch_row
from revoker.adapters.tables.columns import ReadRow, Row
from revoker.adapters.tables.keys import batch_key, tally_key
from revoker.adapters.tables.tally_rows import tally_of, tally_row
from revoker.core.batch import Batch
from revoker.core.tally import tally

# A transaction has at most a hundred rows (docs/graph-facts.md#tables), and there are sixteen tallies.
MOST_TOGETHER = 84
# Its limit of 4 MiB is far away from here; fifty batches of twenty users are some 350,000 characters.
_MOST_CHARACTERS = 500_000


async def changed_together(rows: TableClient, run: str, changes: Mapping[str, Callable[[Batch], Batch]]) -> bool:
    """Apply a change to each of at most 84 batches; False where the transaction was refused, and nothing was written.

    It is refused whole where another writer was at one of its rows, and not tried where it is large: then the batches
    are to be changed one by one. For fifty batches that is 50 reads, at most 16 of tallies and one transaction, instead
    of 150 requests. Raises KeyError for a batch that is not there.
    """
    read = await _rows(rows, run, map(batch_key, changes))
    updates: list[tuple[Row, ReadRow]] = []
    moved: dict[str, list[tuple[Batch, Batch]]] = {}
    for name, change in changes.items():
        before = batch_of(read[batch_key(name)])
        after = change(before)
        if after != before:
            updates.append((batch_row(after), read[batch_key(name)]))
            moved.setdefault(tally_key(name), []).append((before, after))
    # A tally is in the transaction of its batches: a worker that dies leaves both as they were, or both changed.
    for key, shard in (await _rows(rows, run, moved)).items():
        counted = tally_of(shard)
        for before, after in moved[key]:
            counted = counted.replaced(tally(before.users), tally(after.users))
        updates.append((tally_row(run, key, counted), shard))
    if not updates:
        return True
    if sum(map(_characters, updates)) > _MOST_CHARACTERS:
        return False
    # Each row replaces the one that was read, and no other: a change by another worker refuses all of them.
    try:
        await rows.submit_transaction([("update", new, table.unchanged(old)) for new, old in updates])
    except (TableTransactionError, ResourceModifiedError):
        return False
    return True


def _characters(update: tuple[Row, ReadRow]) -> int:
    new, _ = update
    return sum(len(value) for value in new.values() if isinstance(value, str))


async def _rows(rows: TableClient, run: str, keys: Iterable[str]) -> dict[str, ReadRow]:
    """Return rows by their keys; raises KeyError for the first that is missing."""
    wanted = list(keys)
    found: dict[str, ReadRow] = {}
    for key, row in zip(wanted, await asyncio.gather(*(table.get(rows, run, key) for key in wanted)), strict=True):
        if row is None:
            raise KeyError(key)
        found[key] = row
    return found
