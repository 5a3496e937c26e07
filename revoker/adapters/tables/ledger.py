"""The ledger in Azure Tables: ``ledger`` holds runs and single rows, ``batches`` a partition a run."""

import asyncio
import hashlib
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from itertools import batched
from typing import Any

from azure.core.exceptions import ResourceExistsError, ResourceModifiedError
from azure.data.tables import TableTransactionError
from azure.data.tables.aio import TableServiceClient

from revoker.adapters.tables import claims, rows, scan_rows as page_rows, table
from revoker.adapters.tables.rows import Row
from revoker.adapters.tables.single_flight import SingleFlight
from revoker.core.batch import Batch
from revoker.core.outcome import Outcome, User
from revoker.core.pacing import Pace
from revoker.core.run import Run, State
from revoker.core.tally import Tally, tally
from revoker.ports.ledger import Claim
from revoker.ports.page import Page

_CURSOR = re.compile(r"(batch-[0-9a-f]{32}|page-[0-9a-z-]{1,20}):\d{1,5}")
_IN_TRANSACTION = 100  # the service's limit for one partition


class TableLedger:
    """Keeps the ledger's promises with ETags and single-partition transactions."""

    def __init__(self, service: TableServiceClient) -> None:
        self._service = service
        self._ledger = service.get_table_client("ledger")
        self._batches = service.get_table_client("batches")
        self._pacing = asyncio.Lock()
        self._glances = SingleFlight(self.run)
        self._paces = SingleFlight(self._pace)

    async def open_run(self, run: Run, batches: Sequence[Batch], key: str | None = None) -> bool:
        """Write batches and tallies where they are missing, then the run: the run's row is the acceptance."""
        shards: dict[str, Tally] = defaultdict(Tally)
        if run.scans:  # batches will come, and whoever changes one expects its tally to be there
            shards |= {rows.tally_key(digit): Tally() for digit in "0123456789abcdef"}
        for batch in batches:
            shards[rows.tally_key(batch.id)] += tally(batch.users)
        await self._insert(rows.batch_row(batch) for batch in batches)
        await self._insert(rows.tally_row(run.id, shard, counted) for shard, counted in shards.items())
        if key is not None:
            return await claims.accept(self._ledger, key, rows.run_row(run))
        await table.create(self._ledger, rows.run_row(run))
        return True

    async def run(self, run: str) -> Run | None:
        """Return a run."""
        row = await table.get(self._ledger, rows.RUN, rows.run_key(run))
        return rows.run_of(row) if row else None

    async def shared_run(self, run: str) -> Run | None:
        """Return a run, read once for all who ask meanwhile."""
        return await self._glances.read(run)

    async def runs(self, state: State | None, limit: int, cursor: str | None) -> Page[Run]:
        """Return runs, newest first."""
        final = state.value if state and state.is_final else ""
        runs = f"PartitionKey eq '{rows.RUN}' and RowKey gt @after and RowKey lt '{claims.FIRST}'"
        query = runs + (" and state eq @state" if state else "")
        found = await table.first(self._ledger, query, {"after": cursor or "", "state": final}, limit + 1)
        page = found[:limit]
        return Page(rows.readable_runs(page), page[-1]["RowKey"] if len(found) > limit else None)

    async def update_run(self, run: str, change: Callable[[Run], Run]) -> Run:
        """Apply a change by compare-and-swap."""
        address = (rows.RUN, rows.run_key(run))
        return await table.change_row(self._ledger, address, rows.run_of, rows.run_row, change)

    async def tally(self, run: str) -> Tally:
        """Return the sixteen tallies' sum."""
        query = "PartitionKey eq @run and RowKey ge 'tally-' and RowKey lt 'tally.'"
        found = await table.first(self._batches, query, {"run": run}, None)
        return sum(map(rows.tally_of, found), Tally()).settled()

    async def batch(self, run: str, batch: str) -> Batch | None:
        """Return a batch."""
        row = await table.get(self._batches, run, rows.batch_key(batch))
        return rows.batch_of(row) if row else None

    async def update_batch(self, run: str, batch: str, change: Callable[[Batch], Batch]) -> Batch:
        """Apply a change and its difference to the tally in one transaction, again if another writer was first."""
        while True:
            row = await table.get(self._batches, run, rows.batch_key(batch))
            if row is None:
                raise KeyError(batch)
            before = rows.batch_of(row)
            after = change(before)
            if after == before or await self._settle(before, after, row):
                return after

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

    async def users(self, run: str, outcome: Outcome | None, limit: int, cursor: str | None) -> Page[User]:
        """Return users row by row; the cursor is a row key and how many of its users were given out."""
        if cursor and not _CURSOR.fullmatch(cursor):
            raise ValueError(cursor)
        row_key, _, given = (cursor or "batch-:0").partition(":")
        within = "RowKey ge @after and RowKey lt 'page.' and (RowKey lt 'batch.' or RowKey ge 'page-')"
        query = f"PartitionKey eq @run and {within}{_holding(outcome)}"
        page: list[User] = []
        found = self._batches.query_entities(query, parameters={"run": run, "after": row_key}, results_per_page=100)
        async for row in found:
            skip = int(given) if row["RowKey"] == row_key else 0
            for place, user in enumerate(_users_of(row)):
                if place < skip or (outcome and user.outcome is not outcome):
                    continue
                if len(page) == limit:
                    return Page(tuple(page), f"{row['RowKey']}:{place}")
                page.append(user)
        return Page(tuple(page), None)

    async def claim(self, key: str, run: str, digest: str, instead_of: str | None = None) -> Claim:
        """Insert or move the key's row."""
        return await claims.claim(self._ledger, key, run, digest, instead_of)

    async def release(self, key: str, run: str) -> None:
        """Delete the key's row."""
        await claims.release(self._ledger, key, run)

    async def pace(self) -> Pace:
        """Return where the write quota stands, read once for all who ask meanwhile."""
        return await self._paces.read("write")

    async def move_pace(self, change: Callable[[Pace], Pace]) -> Pace:
        """Move the pace by compare-and-swap."""
        async with self._pacing:  # of hundreds of our own callers at once only one would win each round
            while True:
                row = await table.get(self._ledger, "pace", "write")
                before = rows.pace_of(row) if row else Pace()
                moved = rows.pace_row(change(before))
                if await (table.swap(self._ledger, moved, row) if row else table.create(self._ledger, moved)):
                    return before

    async def keep_poison(self, queue: str, body: bytes, at: datetime) -> None:
        """Keep a body whole, the same one once: a queue message (64 KiB at most) just fits a binary column."""
        name = hashlib.sha256(body).hexdigest()
        row = {"PartitionKey": "poison", "RowKey": name, "queue": queue, "keptAt": at.isoformat(), "body": body}
        await table.create(self._ledger, row)

    async def ping(self) -> None:
        """Read one row that need not be there."""
        await table.get(self._ledger, "ping", "ping")

    async def close(self) -> None:
        """Close the connections."""
        await self._service.close()

    async def _pace(self, name: str) -> Pace:
        row = await table.get(self._ledger, "pace", name)
        return rows.pace_of(row) if row else Pace()

    async def _batch_ids(self, run: str, which: str, limit: int | None = None, **values: str) -> tuple[str, ...]:
        query = f"PartitionKey eq @run and RowKey ge 'batch-' and RowKey lt 'batch.' and {which}"
        found = await table.first(self._batches, query, {"run": run, **values}, limit, ["id"])
        return tuple(row["id"] for row in found)

    async def _settle(self, before: Batch, after: Batch, row: Mapping[str, Any]) -> bool:
        key = rows.tally_key(after.id)
        shard = await table.get(self._batches, after.run, key)
        if shard is None:
            raise KeyError(key)
        counted = rows.tally_of(shard).replaced(tally(before.users), tally(after.users))
        changes = ((rows.batch_row(after), row), (rows.tally_row(after.run, key, counted), shard))
        try:
            await self._batches.submit_transaction([("update", new, table.unchanged(old)) for new, old in changes])
        except (TableTransactionError, ResourceModifiedError) as error:
            return table.lost_race(error)
        return True

    async def _insert(self, made: Iterable[Row]) -> None:
        """Insert what is missing, a hundred rows at a time; where some are there already, one by one."""
        for chunk in batched(made, _IN_TRANSACTION, strict=False):
            try:
                await self._batches.submit_transaction([("create", row) for row in chunk])
            except (TableTransactionError, ResourceExistsError):
                for row in chunk:
                    await table.create(self._batches, row)


def _users_of(row: Mapping[str, Any]) -> tuple[User, ...]:
    return rows.users_of(row) if "users" in row else page_rows.settled_of(row)


def _holding(outcome: Outcome | None) -> str:
    return f" and {outcome.value} gt 0" if outcome else ""
