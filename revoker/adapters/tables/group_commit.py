"""Commits of one run that arrive while another is under way go together, in one transaction of the run's partition.

Twenty-four batches are revoked at once (host.json). Each batch changes together with the tally that counts it: one by
one that would be 24 transactions and 24 readings of tallies, which meet at the same sixteen rows. A batch that comes
alone waits for nothing.
"""

import asyncio
from collections.abc import Sequence

from azure.core.exceptions import ResourceModifiedError
from azure.data.tables import TableTransactionError
from azure.data.tables.aio import TableClient

from revoker.adapters.tables import table
from revoker.adapters.tables.grouping import Change, together
from revoker.adapters.tables.keys import tally_key
from revoker.adapters.tables.tallies import Counted, Tallies
from revoker.adapters.tables.tally_rows import tally_row
from revoker.adapters.tables.waiting import Waiting, refuse_stale
from revoker.core.tally import tally


class GroupCommit:
    """Writes changed batches with their tallies: one transaction at a time for each run."""

    def __init__(self, rows: TableClient) -> None:
        self._rows = rows
        self._tallies = Tallies(rows)
        self._waiting: dict[str, list[Waiting]] = {}
        self._writers: dict[str, asyncio.Task[None]] = {}

    async def commit(self, change: Change) -> bool:
        """Write a batch and its tally; False where another writer changed either since they were read.

        Raises KeyError where there is no tally, and whatever the service answers else.
        """
        run = change.after.run
        waiting = Waiting(change, asyncio.get_running_loop().create_future())
        self._waiting.setdefault(run, []).append(waiting)
        if run not in self._writers:
            self._writers[run] = asyncio.create_task(self._write(run))
        return await waiting.written

    async def _write(self, run: str) -> None:
        """Write everything that waits, also what comes meanwhile."""
        try:
            while waiting := [one for one in self._waiting.pop(run, []) if not one.written.done()]:
                count = together([one.change for one in waiting])
                self._waiting[run] = waiting[count:]
                await self._settle(waiting[:count])
                refuse_stale(self._waiting[run], waiting[:count])
        finally:
            del self._writers[run]

    async def _settle(self, group: Sequence[Waiting]) -> None:
        """Write a group; where that is refused, one by one, so that each caller learns of its own batch alone."""
        try:
            if len(group) > 1 and await self._all(group):
                for one in group:
                    one.tell(written=True)
                return
        except Exception as error:  # noqa: BLE001 - raised in each caller: nothing tells what was written
            for one in group:
                one.fail(error)
            return
        for one in group:
            try:
                one.tell(written=await self._one(one.change))
            except Exception as error:  # noqa: BLE001 - likewise
                one.fail(error)

    async def _one(self, change: Change) -> bool:
        """Write one change; False where the service refused it, because another writer was first."""
        try:
            await self._transact([change])
        except (TableTransactionError, ResourceModifiedError) as error:
            return table.lost_race(error)
        return True

    async def _all(self, group: Sequence[Waiting]) -> bool:
        """Write a group, all or nothing; False where it was refused for any of its rows, or one has no tally."""
        try:
            await self._transact([one.change for one in group])
        except (TableTransactionError, ResourceModifiedError, KeyError):
            return False
        return True

    async def _transact(self, changes: Sequence[Change]) -> None:
        """Write changes and their tallies in one transaction."""
        run = changes[0].after.run
        read = await self._tallies.read(run, {tally_key(change.after.id) for change in changes})
        now = {key: counted.tally for key, counted in read.items()}
        for change in changes:
            key = tally_key(change.after.id)
            now[key] = now[key].replaced(tally(change.before.users), tally(change.after.users))
        # Each row replaces the one that was read, and no other: a change by another worker refuses all of them.
        updates = [("update", tally_row(run, key, now[key]), table.unchanged(read[key].etag)) for key in now]
        updates += [("update", change.row, table.unchanged(table.etag_of(change.read))) for change in changes]
        answers = await self._rows.submit_transaction(updates)
        # One answer for each row, in order; the tallies come first.
        written = zip(now.items(), answers, strict=False)
        self._tallies.keep(run, {key: Counted(counted, answer["etag"]) for (key, counted), answer in written})
