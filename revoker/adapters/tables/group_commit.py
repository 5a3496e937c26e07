"""Write changed batches of a run together: commits that arrive while a transaction is under way share the next one.

A worker revokes 24 batches at once (host.json), and each batch changes in one transaction with the tally that counts
it. One by one that would be 24 transactions and 24 reads of tallies, which compete for the same sixteen rows. At full
load 12 to 15 batches share a transaction. A batch that arrives alone is written at once.
"""

import asyncio
from collections.abc import Sequence

from azure.core.exceptions import (
    IncompleteReadError,
    ResourceModifiedError,
    ServiceRequestError,
    ServiceResponseError,
)
from azure.data.tables import TableTransactionError
from azure.data.tables.aio import TableClient

from revoker.adapters.tables import table
from revoker.adapters.tables.columns import BROKEN
from revoker.adapters.tables.grouping import Change, together
from revoker.adapters.tables.keys import tally_key
from revoker.adapters.tables.pending_commit import PendingCommit, refuse_stale
from revoker.adapters.tables.tallies import Counted, Tallies
from revoker.adapters.tables.tally_rows import tally_row
from revoker.core.tally import tally

# Nothing tells whether the service did what was asked: the connection broke, or the answer did not come whole.
_UNANSWERED = (ServiceRequestError, ServiceResponseError, IncompleteReadError)


class GroupCommit:
    """Writes changed batches with their tallies: one transaction at a time for each run."""

    def __init__(self, rows: TableClient) -> None:
        self._rows = rows
        self._tallies = Tallies(rows)
        self._waiting: dict[str, list[PendingCommit]] = {}
        self._writers: dict[str, asyncio.Task[None]] = {}

    async def commit(self, change: Change) -> bool:
        """Write a batch and its tally; False where another writer changed the batch or the tally since they were read.

        Raises KeyError where there is no tally, and the service's error where it fails for another reason.
        """
        run = change.after.run
        waiting = PendingCommit(change, asyncio.get_running_loop().create_future())
        self._waiting.setdefault(run, []).append(waiting)
        if run not in self._writers:
            self._writers[run] = asyncio.create_task(self._write(run))
        return await waiting.written

    async def _write(self, run: str) -> None:
        """Write every commit of a run that waits, and those that arrive meanwhile; then the run's writer ends."""
        group: Sequence[PendingCommit] = ()
        try:
            while waiting := [one for one in self._waiting.pop(run, []) if not one.written.done()]:
                count = together([one.change for one in waiting])
                group, self._waiting[run] = waiting[:count], waiting[count:]
                await self._settle(group)
                refuse_stale(self._waiting[run], group)
        finally:
            del self._writers[run]
            # Callers still wait here only where this task was cancelled: nothing else would tell them the result.
            for one in (*group, *self._waiting.pop(run, ())):
                one.written.cancel()

    async def _settle(self, group: Sequence[PendingCommit]) -> None:
        """Write a group in one transaction; where that is refused, each half by itself: only the refused ones fail."""
        try:
            written = await self._is_written([one.change for one in group])
        except Exception as error:  # noqa: BLE001 - raised in each caller: it is not known what was written
            for one in group:
                one.fail(error)
            return
        if written or len(group) == 1:
            for one in group:
                one.tell(written=written)
            return
        # Mostly another process has counted since, so that a second, smaller transaction is taken. Two processes at one
        # run took a fifth of the transactions that they took when a refused group was written one by one. Where one of
        # 84 batches was changed by another worker, it is found with 14 transactions more.
        middle = len(group) // 2
        await self._settle(group[:middle])
        await self._settle(group[middle:])

    async def _is_written(self, changes: Sequence[Change]) -> bool:
        """Write changes, all or nothing; False where they are refused.

        A change by itself is refused where another writer was first, and raises anything else.
        """
        try:
            await self._write_surely(changes)
        except (TableTransactionError, ResourceModifiedError, *BROKEN) as error:
            return len(changes) == 1 and table.lost_race(error)
        return True

    async def _write_surely(self, changes: Sequence[Change]) -> None:
        """Write changes and their tallies, once more where no answer came."""
        # A caller that is not answered has its users called again when its message comes back: of 84 batches that go
        # together these are 1,680 writes. The second transaction is safe: each row replaces the one that was read, so
        # the service takes one of the two, also where the first one comes late.
        try:
            await self._transact(changes)
        except _UNANSWERED:
            await self._transact(changes)

    async def _transact(self, changes: Sequence[Change]) -> None:
        """Write changes and their tallies in one transaction."""
        run = changes[0].after.run
        read = await self._tallies.read(run, {tally_key(change.after.id) for change in changes})
        now = {key: counted.tally for key, counted in read.items()}
        for change in changes:
            key = tally_key(change.after.id)
            now[key] = now[key].replaced(tally(change.before.users), tally(change.after.users))
        # Each row may only replace the one that was read (its ETag): where another worker changed one of them, the
        # service refuses the whole transaction.
        updates = [("update", tally_row(run, key, now[key]), table.unchanged(read[key].etag)) for key in now]
        updates += [("update", change.row, table.unchanged(table.etag_of(change.read))) for change in changes]
        answers = await self._rows.submit_transaction(updates)
        # One answer for each row, in order; the tallies come first.
        written = zip(now.items(), answers, strict=False)
        self._tallies.keep(run, {key: Counted(counted, answer["etag"]) for (key, counted), answer in written})
