"""The users that a run's scan has visited, kept in memory: page rows never change, so a step reads only new ones."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from azure.data.tables.aio import TableClient

from revoker.adapters.tables.columns import ReadRow
from revoker.adapters.tables.keys import fingerprints_key, names_key, page_key
from revoker.adapters.tables.page_rows import members_of, names_of, split

# 100,000 users take some 15 MB. The pages of a run that is not one of the last two are read again, which costs time.
_RUNS_IN_MEMORY = 2
_START, _END, _NAMED = page_key(""), "page.", page_key("named")


@dataclass(slots=True)
class _Read:
    """What was read of one run; ``last`` is the last numbered page in it."""

    visited: dict[bytes, str | None] = field(default_factory=dict)
    last: str = _START
    fingerprints: dict[str, frozenset[bytes]] = field(default_factory=dict)


class VisitedUsers:
    """Reads the pages and the sets of accounts of runs, each row once."""

    def __init__(self, rows: TableClient) -> None:
        self._rows = rows
        self._reads: dict[str, _Read] = {}

    async def visited(self, run: str) -> Mapping[bytes, str | None]:
        """Return every user visited so far by fingerprint, with the batch that the user is in, if any."""
        read = self._read(run)
        # The pages of named users (page-named-…) are there from the start, and sort after all numbered ones: the first
        # reading takes everything, each later one the numbered pages that came since.
        end = _END if read.last == _START else _NAMED
        for row in await self._range(run, read.last, end, ["RowKey", "batches", "members"]):
            read.visited.update(members_of(row))
            if not row["RowKey"].startswith(_NAMED):
                read.last = max(read.last, row["RowKey"])
        return read.visited

    async def fingerprints(self, run: str, name: str) -> frozenset[bytes]:
        """Return a set of accounts; an empty one may still be written, and is read again the next time."""
        read = self._read(run)
        if name not in read.fingerprints:
            found: set[bytes] = set()
            for row in await self._range(run, fingerprints_key(name), fingerprints_key(name, "~"), ["members"]):
                found.update(split(row["members"]))
            if not found:
                return frozenset()
            read.fingerprints[name] = frozenset(found)
        return read.fingerprints[name]

    async def names(self, run: str, name: str) -> tuple[str, ...]:
        """Return a list of names, which is asked for once and not remembered."""
        found: list[str] = []
        for row in await self._range(run, names_key(name), names_key(name, "~")):
            found += names_of(row)
        return tuple(found)

    def _read(self, run: str) -> _Read:
        read = self._reads.pop(run, None) or _Read()
        self._reads[run] = read  # put at the end, so that the first is the one used longest ago
        while len(self._reads) > _RUNS_IN_MEMORY:
            del self._reads[next(iter(self._reads))]
        return read

    async def _range(self, run: str, after: str, end: str, select: list[str] | None = None) -> list[ReadRow]:
        query = "PartitionKey eq @run and RowKey gt @after and RowKey lt @end"
        values = {"run": run, "after": after, "end": end}
        return [row async for row in self._rows.query_entities(query, parameters=values, select=select)]
