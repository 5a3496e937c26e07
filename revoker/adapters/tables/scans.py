"""Runs' scans through the directory, in the table of their batches: a page is one transaction of one partition."""

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import batched

from azure.core.exceptions import ResourceModifiedError
from azure.data.tables import TableTransactionError
from azure.data.tables.aio import TableServiceClient

from revoker.adapters.tables import page_rows, table
from revoker.adapters.tables.batch_rows import batch_row
from revoker.adapters.tables.columns import ReadRow, Row
from revoker.adapters.tables.keys import SCAN, fingerprints_key, page_key
from revoker.adapters.tables.scan_rows import scan_of, scan_row
from revoker.core.batch import Batch
from revoker.core.outcome import User
from revoker.core.scan import Scan

# Forty-nine batches, their page and the scan stay within the hundred rows that a transaction may have.
_BATCHES_IN_ROW = 49


# A hundred thousand users are some 15 MB; more runs than these are seldom planned at once, and are read again.
_RUNS_IN_MEMORY = 2


@dataclass(slots=True)
class _Read:
    """What was read of a run: its pages and sets of accounts are written once, so only new ones are asked for."""

    visited: dict[bytes, str | None] = field(default_factory=dict)
    last: str = "page-"
    fingerprints: dict[str, frozenset[bytes]] = field(default_factory=dict)


class TableScans:
    """Keeps where each run stands in the directory, and whom it visited."""

    def __init__(self, service: TableServiceClient) -> None:
        self._rows = service.get_table_client("batches")
        self._reads: dict[str, _Read] = {}

    async def open(self, scan: Scan, batches: Sequence[Batch], excluded: Iterable[bytes]) -> None:
        """Write the first step, who was named and who is left out; what is there already stays."""
        named = enumerate(batched(batches, _BATCHES_IN_ROW, strict=False))
        made = [page_rows.page_row(scan.run, f"named-{number:05}", group, ()) for number, group in named]
        rows = (*page_rows.fingerprint_rows(scan.run, "excluded", excluded), *made, scan_row(scan))
        await asyncio.gather(*(table.create(self._rows, row) for row in rows))

    async def scan(self, run: str) -> Scan | None:
        """Return where a run stands."""
        row = await table.get(self._rows, run, SCAN)
        return scan_of(row) if row else None

    async def update(self, run: str, change: Callable[[Scan], Scan]) -> Scan:
        """Apply a pure change by compare-and-swap; raises KeyError without such a scan."""
        return await table.change_row(self._rows, (run, SCAN), scan_of, scan_row, change)

    async def commit_step(self, after: Scan, batches: Sequence[Batch], settled: Sequence[User]) -> bool:
        """Commit a step with whom its page showed, in one transaction; False where the step was taken already."""
        page = page_rows.page_row(after.run, _name(after.step), batches, settled)
        created = [("create", made) for made in (*map(batch_row, batches), page)]
        while (row := await table.get(self._rows, after.run, SCAN)) and row["step"] == after.step - 1:
            # The scan comes first: a lost race is then told as one, and not as a row that is there already.
            moved = ("update", scan_row(after), table.unchanged(row))
            try:
                await self._rows.submit_transaction([moved, *created])
            except (TableTransactionError, ResourceModifiedError) as error:
                table.lost_race(error)
            else:
                return True
        return row is not None and await self._stands(after.run, (scan_row(after), page))

    async def _stands(self, run: str, made: Iterable[Row]) -> bool:
        """Whether the rows are as we would have written them: the client repeats what it was not answered to."""
        held = [(row, await table.get(self._rows, run, row["RowKey"])) for row in made]
        return all(row is not None and ours.items() <= dict(row).items() for ours, row in held)

    async def batches(self, run: str, step: int) -> tuple[str, ...]:
        """Return the ids of the batches that a step planned."""
        row = await table.get(self._rows, run, page_key(_name(step)))
        return page_rows.batches_of(row) if row else ()

    async def visited(self, run: str) -> Mapping[bytes, str | None]:
        """Return everybody visited so far by their mark, with the batch they are in, if any."""
        read = self._read(run)
        # The first time all of them; then the numbered ones that came since: users named are there from the start.
        end = "page." if read.last == "page-" else "page-named"
        for row in await self._range(run, read.last, end, ["RowKey", "batches", "members"]):
            read.visited.update(page_rows.members_of(row))
            if not row["RowKey"].startswith("page-named"):
                read.last = max(read.last, row["RowKey"])
        return read.visited

    async def keep_fingerprints(self, run: str, name: str, fingerprints: Iterable[bytes]) -> None:
        """Keep a set of accounts, once."""
        for row in page_rows.fingerprint_rows(run, name, fingerprints):
            await table.create(self._rows, row)

    async def fingerprints(self, run: str, name: str) -> frozenset[bytes]:
        """Return a set of accounts."""
        read = self._read(run)
        if name not in read.fingerprints:
            found = await self._range(run, fingerprints_key(name), fingerprints_key(name, "~"), ["members"])
            kept = frozenset(mark for row in found for mark in page_rows.split(row["members"]))
            if not kept:  # perhaps not yet
                return kept
            read.fingerprints[name] = kept
        return read.fingerprints[name]

    def _read(self, run: str) -> _Read:
        read = self._reads.pop(run, None) or _Read()
        self._reads[run] = read  # at the end: the first is the one used longest ago
        while len(self._reads) > _RUNS_IN_MEMORY:
            del self._reads[next(iter(self._reads))]
        return read

    async def _range(self, run: str, after: str, end: str, select: list[str]) -> list[ReadRow]:
        query = "PartitionKey eq @run and RowKey gt @after and RowKey lt @end"
        values = {"run": run, "after": after, "end": end}
        return [row async for row in self._rows.query_entities(query, parameters=values, select=select)]


def _name(step: int) -> str:
    return f"{step:06}"
