"""Commits of two processes under every misfortune: each is written once, each is counted once, and none hangs."""

import asyncio
from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest
from azure.core.exceptions import AzureError, HttpResponseError, ServiceRequestError, ServiceResponseError
from azure.data.tables import TableTransactionError
from hypothesis import given, settings, strategies as st
from support.shaky_table import Fate, ShakyTable

from revoker.adapters.tables.batch_rows import batch_of, batch_row
from revoker.adapters.tables.batches import TableBatches
from revoker.adapters.tables.tally_rows import tally_of, tally_row
from revoker.core.batch import Batch
from revoker.core.outcome import Outcome, User
from revoker.core.request import Priority
from revoker.core.tally import Tally, tally

NOW = datetime(2026, 11, 25, tzinfo=UTC)
RUN = "019caa52-7c00-7000-8000-0123456789ab"
# Three batches share a tally, and two have one of their own.
BATCHES = tuple(letter * 31 + last for letter, last in ("a1", "a2", "a3", "b1", "c1"))
USERS = 4
SETTLED = (Outcome.NOT_FOUND, Outcome.VERIFIED, Outcome.FAILED)


class Service:
    """The service of one table."""

    def __init__(self, table: ShakyTable) -> None:
        self._table = table

    def get_table_client(self, _name: str) -> ShakyTable:
        """Return the table."""
        return self._table


@dataclass(frozen=True)
class Job:
    """A worker of one process that settles a user of a batch; it is cancelled after so many steps, if at all."""

    process: int
    batch: str
    user: int
    outcome: Outcome
    after: int
    reads_first: bool
    cancelled_after: int | None


JOBS = st.lists(
    st.builds(
        Job,
        process=st.integers(0, 1),
        batch=st.sampled_from(BATCHES),
        user=st.integers(0, USERS - 1),
        outcome=st.sampled_from(SETTLED),
        after=st.integers(0, 12),
        reads_first=st.booleans(),
        cancelled_after=st.none() | st.integers(0, 12),
    ),
    min_size=1,
    max_size=16,
)
FATES = st.lists(st.sampled_from(Fate), max_size=12)


def planned() -> list[Batch]:
    """Return the batches of the run, each with all users planned."""
    made: list[Batch] = []
    for name in BATCHES:
        users = tuple(User(key=f"{name}-{number}", requested_as=f"{number}") for number in range(USERS))
        made.append(Batch(run=RUN, id=name, lane=Priority.BULK, users=users, planned_for=NOW, due_at=NOW))
    return made


def opened(fates: list[Fate]) -> ShakyTable:
    """Return a table with the run's batches and tallies."""
    table = ShakyTable(fates)
    counted: dict[str, Tally] = defaultdict(Tally)
    for batch in planned():
        table.put(batch_row(batch))
        counted[f"tally-{batch.id[0]}"] += tally(batch.users)
    for key, value in counted.items():
        table.put(tally_row(RUN, key, value))
    return table


async def work(job: Job, ledgers: list[TableBatches]) -> bool:
    """Settle a user; False for a worker that was cancelled."""
    await steps(job.after)
    task = asyncio.create_task(settle(job, ledgers[job.process]))
    if job.cancelled_after is not None:
        await steps(job.cancelled_after)
        task.cancel()
    await asyncio.wait({task})
    return not task.cancelled()


async def settle(job: Job, ledger: TableBatches) -> None:
    """Settle a user, as often as the message comes back."""

    def settled(row: Batch) -> Batch:
        return row.learn([row.users[job.user].settle(job.outcome, None, NOW)])

    while True:
        try:
            if job.reads_first:
                await ledger.batch(RUN, job.batch)
            await ledger.update_batch(RUN, job.batch, settled)
        except AzureError:
            continue
        return


async def idle(ledger: TableBatches) -> None:
    """Wait until nothing is under way any more, as what a cancelled worker has left."""
    while ledger._commits._writers:  # noqa: ASYNC110 - nothing tells of it
        await asyncio.sleep(0)


async def steps(count: int) -> None:
    """Let others go on so often."""
    for _ in range(count):
        await asyncio.sleep(0)


async def play(jobs: list[Job], fates: list[Fate]) -> tuple[ShakyTable, list[bool], list[TableBatches]]:
    """Let all workers work; everything has an end within a second."""
    table = opened(fates)
    ledgers: list[Any] = [TableBatches(Service(table)) for _ in range(2)]  # type: ignore[arg-type]
    async with asyncio.timeout(1):
        done = await asyncio.gather(*(work(job, ledgers) for job in jobs))
        for ledger in ledgers:
            await idle(ledger)
    table.write_what_is_late()
    return table, done, ledgers


@settings(max_examples=150)
@given(jobs=JOBS, fates=FATES)
def test_every_commit_is_written_once_and_counted_once(jobs: list[Job], fates: list[Fate]) -> None:
    """Whatever is refused, lost, late or cancelled: rows hold what was settled, and tallies count just the rows."""
    table, done, ledgers = asyncio.run(play(jobs, fates))
    kept = [batch_of(row) for (_, key), (_, row) in table.rows.items() if key.startswith("batch-")]
    outcomes = {user.key: user.outcome for batch in kept for user in batch.users}
    sums: dict[str, Tally] = defaultdict(Tally)
    for batch in kept:
        sums[f"tally-{batch.id[0]}"] += tally(batch.users)
    wanted: dict[str, Outcome] = {}
    possible: dict[str, set[Outcome]] = defaultdict(lambda: {Outcome.PLANNED})
    for job, was_done in zip(jobs, done, strict=True):
        key = f"{job.batch}-{job.user}"
        possible[key].add(job.outcome)
        if was_done:
            wanted[key] = max(wanted.get(key, Outcome.PLANNED), job.outcome, key=list(Outcome).index)

    for key, counted in sums.items():
        assert counted == tally_of(table.rows[RUN, key][1])
    for key, outcome in outcomes.items():
        assert outcome in possible[key]
        assert list(Outcome).index(wanted.get(key, Outcome.PLANNED)) <= list(Outcome).index(outcome)
    assert [({}, {})] * 2 == [(ledger._commits._waiting, ledger._commits._writers) for ledger in ledgers]


def all_verified(row: Batch) -> Batch:
    """Return a batch with all users verified."""
    return row.learn(user.settle(Outcome.VERIFIED, None, NOW) for user in row.users)


@pytest.mark.parametrize(
    ("fates", "rows", "written", "raised"),
    [
        ([], [6], 1, None),
        ([Fate.REFUSED], [6, 2, 4], 2, None),
        ([Fate.REFUSED_WHOLE], [6, 2, 4], 2, None),
        ([Fate.REFUSED, Fate.REFUSED_WHOLE], [6, 2, 4, 2], 2, None),
        ([Fate.REFUSED] * 3, [6, 2, 4, 2, 2, 2], 3, None),
        ([Fate.TOO_LARGE], [6, 2, 4], 2, None),
        ([Fate.BUSY], [6, 2, 4], 2, None),
        ([Fate.BUSY] * 5, [6, 2, 4, 2, 2], 0, TableTransactionError),
        ([Fate.UNSENT], [6, 6], 1, None),
        ([Fate.UNSENT] * 2, [6, 6], 0, ServiceRequestError),
        ([Fate.UNANSWERED], [6, 6, 2, 4, 2, 2], 1, None),
        ([Fate.CUT], [6, 6, 2, 4, 2, 2], 1, None),
        ([Fate.LATE], [6, 6], 1, None),
        ([Fate.LATE] * 2, [6, 6], 0, ServiceResponseError),
        ([Fate.REPEATED], [6, 2, 4, 2, 2], 1, None),
        ([Fate.DOWN], [6], 0, HttpResponseError),
        ([Fate.REFUSED, Fate.UNSENT], [6, 2, 2, 4], 2, None),
    ],
)
async def test_what_becomes_of_a_shared_transaction(
    fates: list[Fate], rows: list[int], written: int, raised: type[Exception] | None
) -> None:
    """Refused: half of it. Not answered: once more, and what was written already is not written again."""
    table = opened(fates)
    ledger: Any = TableBatches(Service(table))  # type: ignore[arg-type]
    names = [BATCHES[0], BATCHES[3], BATCHES[4]]
    updates = (ledger.update_batch(RUN, name, all_verified) for name in names)
    results = await asyncio.gather(*updates, return_exceptions=True)
    await idle(ledger)

    assert rows == [len(keys) for keys in table.transactions]
    assert written == table.written
    assert [raised or Batch] * 3 == [type(one) for one in results]
