"""Batches and the tallies that count them: one partition a run, so that both change in one transaction."""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from itertools import batched

from azure.core.exceptions import ResourceExistsError
from azure.data.tables import TableTransactionError
from azure.data.tables.aio import TableServiceClient

from revoker.adapters.tables import table, user_pages
from revoker.adapters.tables.batch_rows import batch_of, batch_row
from revoker.adapters.tables.columns import Row
from revoker.adapters.tables.group_commit import GroupCommit
from revoker.adapters.tables.grouping import MOST_TOGETHER, Change
from revoker.adapters.tables.keys import BATCHES_OF_RUN, batch_key, tally_key
from revoker.adapters.tables.last_read import LastRead
from revoker.adapters.tables.planned import planned_writes
from revoker.adapters.tables.service import LedgerTables
from revoker.adapters.tables.tally_rows import tally_of, tally_row
from revoker.core.batch import Batch
from revoker.core.outcome import Outcome, User
from revoker.core.run import Run
from revoker.core.tally import Tally, tally
from revoker.ports.page import Page

# The service's limit for one transaction (docs/graph-facts.md#tables).
_MOST_ROWS = 100


class TableBatches(LedgerTables):
    """The ledger's batches and tallies."""

    def __init__(self, service: TableServiceClient) -> None:
        super().__init__(service)
        self._last_read = LastRead()
        self._commits = GroupCommit(self._batches)

    async def add_batches(self, run: Run, batches: Sequence[Batch]) -> None:
        """Write batches and tallies where they are missing.

        A run that scans has all sixteen tallies from the start: a batch changes together with its tally, which must be
        there even if the batch comes from a later page.
        """
        shards: dict[str, Tally] = defaultdict(Tally)
        if run.scans:
            shards |= {tally_key(digit): Tally() for digit in "0123456789abcdef"}
        for batch in batches:
            shards[tally_key(batch.id)] += tally(batch.users)
        await self._insert(batch_row(batch) for batch in batches)
        await self._insert(tally_row(run.id, shard, counted) for shard, counted in shards.items())

    async def tally(self, run: str) -> Tally:
        """Return the sixteen tallies' sum, with what the scan's row counts."""
        query = "PartitionKey eq @run and RowKey ge 'tally-' and RowKey lt 'tally.'"
        found = await table.first(self._batches, query, {"run": run}, None)
        return sum(map(tally_of, found), Tally()).settled()

    async def batch(self, run: str, batch: str) -> Batch | None:
        """Return a batch."""
        row = await table.get(self._batches, run, batch_key(batch))
        if row is None:
            return None
        self._last_read.keep(run, batch_key(batch), row)
        return batch_of(row)

    async def update_batch(self, run: str, batch: str, change: Callable[[Batch], Batch]) -> Batch:
        """Apply a change and its difference to the tally in one transaction, again if another writer was first."""
        remembered = self._last_read.take(run, batch_key(batch))
        while True:
            row = remembered or await table.get(self._batches, run, batch_key(batch))
            if row is None:
                raise KeyError(batch)
            before = batch_of(row)
            after = change(before)
            if after == before:
                # Nothing is written, so no ETag tells whether a remembered row is old: the row is read again.
                if remembered is None:
                    return after
            elif await self._commits.commit(Change.of(before, after, row)):
                return after
            remembered = None

    async def update_batches(self, run: str, changes: Mapping[str, Callable[[Batch], Batch]]) -> None:
        """Apply changes, many in one transaction; the first failure is raised after all changes have ended."""
        for names in batched(changes, MOST_TOGETHER, strict=False):
            updates = (self.update_batch(run, name, changes[name]) for name in names)
            for result in await asyncio.gather(*updates, return_exceptions=True):
                if isinstance(result, BaseException):
                    raise result

    async def open_batches(self, run: str) -> tuple[str, ...]:
        """Return the ids of open rows."""
        return await self._batch_ids(run, "open eq true")

    async def waiting_batches(
        self, run: str, due_before: datetime | None = None, limit: int | None = None
    ) -> tuple[str, ...]:
        """Return the ids of rows with users that wait; times are compared as the texts they are kept as."""
        if due_before is None:
            return await self._batch_ids(run, "waiting eq true", limit)
        return await self._batch_ids(run, "waiting eq true and dueAt lt @due", limit, due=due_before.isoformat())

    async def last_waiting(self, run: str) -> Batch | None:
        """Return the row with users that wait that is due last; times are compared as the texts they are kept as."""
        query = f"{BATCHES_OF_RUN} and waiting eq true"
        found = await table.first(self._batches, query, {"run": run}, None, ["id", "dueAt"])
        if not found:
            return None
        return await self.batch(run, max(found, key=lambda row: str(row["dueAt"]))["id"])

    async def planned_writes(self, run: str) -> Mapping[str, int]:
        """Count planned users by identity."""
        return await planned_writes(self._batches, run)

    async def users(self, run: str, outcome: Outcome | None, limit: int, cursor: str | None) -> Page[User]:
        """Return users row by row."""
        return await user_pages.users(self._batches, run, outcome, limit, cursor)

    async def _batch_ids(self, run: str, which: str, limit: int | None = None, **values: str) -> tuple[str, ...]:
        found = await table.first(self._batches, f"{BATCHES_OF_RUN} and {which}", {"run": run, **values}, limit, ["id"])
        return tuple(row["id"] for row in found)

    async def _insert(self, made: Iterable[Row]) -> None:
        """Insert what is missing, a hundred rows at a time; where some are there already, one by one."""
        for chunk in batched(made, _MOST_ROWS, strict=False):
            try:
                await self._batches.submit_transaction([("create", row) for row in chunk])
            except (TableTransactionError, ResourceExistsError):
                for row in chunk:
                    await table.create(self._batches, row)
