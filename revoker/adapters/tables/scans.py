"""Runs' scans through the directory, in the table of their batches: a page is one transaction of one partition."""

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import batched

from azure.core.exceptions import ResourceModifiedError
from azure.data.tables import TableTransactionError
from azure.data.tables.aio import TableServiceClient

from revoker.adapters.tables import table
from revoker.adapters.tables.batch_rows import batch_row
from revoker.adapters.tables.columns import Row
from revoker.adapters.tables.keys import SCAN, page_key
from revoker.adapters.tables.page_rows import batches_of, fingerprint_rows, names_rows, page_row
from revoker.adapters.tables.scan_rows import scan_of, scan_row
from revoker.adapters.tables.visited import VisitedUsers
from revoker.core.batch import Batch
from revoker.core.outcome import User
from revoker.core.scan import Scan

# Named users of one page row: its list of batch ids and their 980 fingerprints each fit a column.
_BATCHES_IN_PAGE = 49


class TableScans:
    """Keeps where each run stands in the directory, and which users it visited."""

    def __init__(self, service: TableServiceClient) -> None:
        self._rows = service.get_table_client("batches")
        self._known = VisitedUsers(self._rows)

    async def open(self, scan: Scan, batches: Sequence[Batch], excluded: Iterable[bytes]) -> None:
        """Write the first step, the named users and the excluded ones; what is there already stays."""
        rows = fingerprint_rows(scan.run, "excluded", excluded)
        for number, group in enumerate(batched(batches, _BATCHES_IN_PAGE, strict=False)):
            rows.append(page_row(scan.run, f"named-{number:05}", group, ()))
        await asyncio.gather(*(table.create(self._rows, row) for row in (*rows, scan_row(scan))))

    async def scan(self, run: str) -> Scan | None:
        """Return where a run stands."""
        return await table.read(self._rows, run, SCAN, scan_of)

    async def update(self, run: str, change: Callable[[Scan], Scan]) -> Scan:
        """Apply a pure change by compare-and-swap; raises KeyError without such a scan."""
        return await table.change_row(self._rows, (run, SCAN), scan_of, scan_row, change)

    async def commit_step(self, after: Scan, batches: Sequence[Batch], settled: Sequence[User]) -> bool:
        """Commit a step with the users of its page, in one transaction; False where the step was taken already.

        A worker that dies before it leaves nothing of the page, and one that dies after it leaves the whole page.
        """
        page = page_row(after.run, _number(after.step), batches, settled)
        created = [("create", made) for made in (*map(batch_row, batches), page)]
        while (row := await table.get(self._rows, after.run, SCAN)) and row["step"] == after.step - 1:
            # The scan comes first: a lost race then fails with 412, and not with the 409 of a row that is there.
            moved = ("update", scan_row(after), table.unchanged(table.etag_of(row)))
            try:
                await self._rows.submit_transaction([moved, *created])
            except (TableTransactionError, ResourceModifiedError) as error:
                table.lost_race(error)
            else:
                return True
        return row is not None and await self._are_there(after.run, (scan_row(after), page))

    async def batches(self, run: str, step: int) -> tuple[str, ...]:
        """Return the ids of the batches that a step planned."""
        return await table.read(self._rows, run, page_key(_number(step)), batches_of) or ()

    async def visited(self, run: str) -> Mapping[bytes, str | None]:
        """Return every user visited so far by fingerprint, with the batch that the user is in, if any."""
        return await self._known.visited(run)

    async def keep_fingerprints(self, run: str, name: str, fingerprints: Iterable[bytes]) -> None:
        """Keep a set of accounts, once."""
        for row in fingerprint_rows(run, name, fingerprints):
            await table.create(self._rows, row)

    async def keep_names(self, run: str, name: str, names: Sequence[str]) -> None:
        """Keep a list of names, once."""
        for row in names_rows(run, name, names):
            await table.create(self._rows, row)

    async def names(self, run: str, name: str) -> tuple[str, ...]:
        """Return a list of names."""
        return await self._known.names(run, name)

    async def fingerprints(self, run: str, name: str) -> frozenset[bytes]:
        """Return a set of accounts."""
        return await self._known.fingerprints(run, name)

    async def _are_there(self, run: str, made: Iterable[Row]) -> bool:
        """Whether the rows stand as this worker would write them.

        The storage client repeats a transaction that was not answered: the second one then fails, though the first one
        was written, and the step is this worker's all the same.
        """
        for ours in made:
            existing = await table.get(self._rows, run, ours["RowKey"])
            if existing is None or not ours.items() <= dict(existing).items():
                return False
        return True


def _number(step: int) -> str:
    return f"{step:06}"
