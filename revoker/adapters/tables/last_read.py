"""Batch rows as they were last read, for the update that mostly follows: each batch of a run saves a request.

A remembered row may be old. It is written back under its ETag, so the service refuses the update where another writer
has changed the row in between, and the row is then read again.
"""

from collections import OrderedDict

from revoker.adapters.tables.columns import ReadRow

# A worker holds at most 24 messages of each of four queues (host.json); a row that nothing updates is forgotten.
_MOST = 128


class LastRead:
    """The latest rows that were read, by partition and key."""

    def __init__(self) -> None:
        self._rows: OrderedDict[tuple[str, str], ReadRow] = OrderedDict()

    def keep(self, partition: str, key: str, row: ReadRow) -> None:
        """Remember a row, and forget the oldest beyond 128."""
        self._rows[partition, key] = row
        self._rows.move_to_end((partition, key))
        if len(self._rows) > _MOST:
            self._rows.popitem(last=False)

    def take(self, partition: str, key: str) -> ReadRow | None:
        """Return a row once: the second update of a batch reads it again."""
        return self._rows.pop((partition, key), None)
