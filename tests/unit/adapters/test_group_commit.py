"""Commits that go together: what each caller learns, and what is asked of the service."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from azure.core.exceptions import ResourceNotFoundError, ServiceRequestError
from azure.data.tables import TableEntity, TableTransactionError

from revoker.adapters.tables import tallies
from revoker.adapters.tables.group_commit import GroupCommit
from revoker.adapters.tables.grouping import Change
from revoker.adapters.tables.tally_rows import tally_of, tally_row
from revoker.core.batch import Batch
from revoker.core.outcome import Outcome, User
from revoker.core.request import Priority
from revoker.core.tally import Tally

NOW = datetime(2026, 11, 25, tzinfo=UTC)
RUN = "019caa52-7c00-7000-8000-0123456789ab"


def row_with(etag: str, **columns: object) -> TableEntity:
    """Return a row as the service gives it."""
    row = TableEntity(columns)
    row._metadata = {"etag": etag}
    return row


def refused() -> TableTransactionError:
    """Return what the service says where a row has changed."""
    error = TableTransactionError(message="0:The update condition was not satisfied.")
    error.status_code = 412
    return error


class Rows:
    """A table of tallies: it takes one transaction after another, and refuses those with a batch that has changed."""

    def __init__(self) -> None:
        self.tallies: dict[str, tuple[int, Tally]] = {f"tally-{digit}": (0, Tally()) for digit in "0123456789abcdef"}
        self.changed: set[str] = set()
        self.down = False
        self.gets: list[str] = []
        self.transactions: list[list[str]] = []

    async def get_entity(self, partition: str, key: str) -> TableEntity:
        """Read a tally."""
        self.gets.append(key)
        await asyncio.sleep(0)
        if key not in self.tallies:
            raise ResourceNotFoundError(key)
        version, counted = self.tallies[key]
        return row_with(f"{version}", **tally_row(partition, key, counted))

    async def submit_transaction(self, updates: Sequence[tuple[str, Any, Any]]) -> list[dict[str, str]]:
        """Write all rows or none."""
        await asyncio.sleep(0)
        self.transactions.append([row["RowKey"] for _, row, _ in updates])
        if self.down:
            raise ServiceRequestError("no connection")
        for _, row, options in updates:
            key = row["RowKey"]
            if key in self.changed or (key in self.tallies and options["etag"] != f"{self.tallies[key][0]}"):
                raise refused()
        answers: list[dict[str, str]] = []
        for _, row, _ in updates:
            key, version = row["RowKey"], 0
            if key in self.tallies:
                version = self.tallies[key][0] + 1
                self.tallies[key] = (version, tally_of(row))
            answers.append({"etag": f"{version}"})
        return answers

    @property
    def verified(self) -> int:
        """How many users the tallies count as verified."""
        return sum((counted for _, counted in self.tallies.values()), Tally()).count(Outcome.VERIFIED)


def a_change(digit: str, run: str = RUN) -> Change:
    """Return the change of a batch of one user, who is verified."""
    user = User(key=digit, requested_as=digit, outcome=Outcome.PLANNED)
    before = Batch(run=run, id=digit * 32, lane=Priority.BULK, users=(user,), planned_for=NOW, due_at=NOW)
    after = replace(before, users=(user.settle(Outcome.VERIFIED, None, NOW),))
    return Change.of(before, after, row_with("b"))


async def committed(commits: GroupCommit, digits: str) -> list[bool | BaseException]:
    """Commit batches at the same moment, and return what each caller learns once nothing is under way any more."""
    results = await asyncio.gather(*(commits.commit(a_change(digit)) for digit in digits), return_exceptions=True)
    while commits._writers:  # noqa: ASYNC110 - nothing tells of it
        await asyncio.sleep(0)
    return results


async def test_what_comes_together_is_one_transaction() -> None:
    """Batches of two tallies are four rows, of three are six."""
    rows = Rows()
    for digits in ("1a", "26b"):
        assert [True] * len(digits) == await committed(GroupCommit(rows), digits)  # type: ignore[arg-type]

    assert [4, 6] == [len(keys) for keys in rows.transactions]
    assert 5 == rows.verified


async def test_runs_do_not_wait_for_each_other() -> None:
    """A transaction is one run's, and each run has a writer of its own."""
    rows = Rows()
    commits = GroupCommit(rows)  # type: ignore[arg-type]
    other = RUN.replace("9ab", "9ac")
    changes = [a_change("1"), a_change("2", other), a_change("3"), a_change("4", other)]
    writes = asyncio.gather(*map(commits.commit, changes))
    await asyncio.sleep(0)

    assert {RUN, other} == commits._writers.keys()
    assert [True] * 4 == await writes
    assert [4, 4] == [len(keys) for keys in rows.transactions]


async def test_what_comes_meanwhile_goes_together_next() -> None:
    """The first batch waits for nothing, and the others wait for its transaction."""
    rows = Rows()
    commits = GroupCommit(rows)  # type: ignore[arg-type]
    first = asyncio.create_task(commits.commit(a_change("1")))
    await asyncio.sleep(0)
    await asyncio.sleep(0)

    assert [True] * 3 == await committed(commits, "23a")
    assert await first
    assert [2, 6] == [len(keys) for keys in rows.transactions]


async def test_a_batch_that_another_writer_changed_fails_alone() -> None:
    """The group is refused; then each half of it is written by itself, and each caller learns of its own."""
    rows = Rows()
    rows.changed = {f"batch-{'2' * 32}"}

    assert [True, False, True, True] == await committed(GroupCommit(rows), "1234")  # type: ignore[arg-type]
    assert [8, 4, 2, 2, 4] == [len(keys) for keys in rows.transactions]
    assert 3 == rows.verified


async def test_a_row_that_was_just_replaced_is_not_replaced_by_one_that_read_it_before() -> None:
    """The second change of one batch is refused here: the service would refuse it, and is not asked."""
    rows = Rows()

    assert [True, False] == await committed(GroupCommit(rows), "11")  # type: ignore[arg-type]
    assert 1 == len(rows.transactions)
    assert 1 == rows.verified


async def test_a_missing_tally_is_told_to_the_caller_that_needs_it() -> None:
    """The other batches are written."""
    rows = Rows()
    del rows.tallies["tally-2"]
    first, missing, last = await committed(GroupCommit(rows), "123")  # type: ignore[arg-type]

    assert (True, KeyError, True) == (first, type(missing), last)


async def test_an_unreadable_tally_is_told_to_the_caller_that_needs_it() -> None:
    """A row that another hand wrote stops no batch that another tally counts."""
    rows = Rows()
    unreadable = row_with("0", v=99)

    async def get_entity(partition: str, key: str) -> TableEntity:
        return unreadable if key == "tally-2" else await Rows.get_entity(rows, partition, key)

    rows.get_entity = get_entity  # type: ignore[method-assign]
    first, broken, last = await committed(GroupCommit(rows), "123")  # type: ignore[arg-type]

    assert (True, ValueError, True) == (first, type(broken), last)


async def test_an_outage_is_raised_in_every_caller_and_the_next_commit_is_tried() -> None:
    """Nothing tells whether the rows were written, so each caller is redelivered; nothing hangs."""
    rows = Rows()
    commits = GroupCommit(rows)  # type: ignore[arg-type]
    rows.down = True
    failed = await committed(commits, "12")
    rows.down = False

    assert [ServiceRequestError] * 2 == [type(one) for one in failed]
    assert [True] == await committed(commits, "1")


async def test_a_caller_that_was_cancelled_while_it_waited_writes_nothing() -> None:
    """Its message comes again; the others are written."""
    rows = Rows()
    commits = GroupCommit(rows)  # type: ignore[arg-type]
    leaves = asyncio.create_task(commits.commit(a_change("2")))
    stays = asyncio.create_task(commits.commit(a_change("1")))
    asyncio.get_running_loop().call_soon(leaves.cancel)

    assert await stays
    with pytest.raises(asyncio.CancelledError):
        await leaves
    assert 1 == rows.verified


@pytest.mark.parametrize("steps", range(1, 9))
async def test_no_caller_waits_for_a_writer_that_was_cancelled(steps: int) -> None:
    """At whatever point it ends, all callers learn of it, those in its transaction and those that came meanwhile."""
    rows = Rows()
    commits = GroupCommit(rows)  # type: ignore[arg-type]
    callers = [asyncio.create_task(commits.commit(a_change(digit))) for digit in "12"]
    await asyncio.sleep(0)
    writer = commits._writers[RUN]
    callers.append(asyncio.create_task(commits.commit(a_change("3"))))
    for _ in range(steps):
        await asyncio.sleep(0)
    writer.cancel()
    async with asyncio.timeout(1):
        await asyncio.wait(callers)

    assert ({}, {}) == (commits._waiting, commits._writers)
    assert [True] == await committed(commits, "4")


async def test_a_tally_is_read_once_while_only_this_process_counts() -> None:
    """What was written is remembered with its ETag; after another process has counted it is read again."""
    rows = Rows()
    commits = GroupCommit(rows)  # type: ignore[arg-type]
    for _ in range(3):
        assert [True] == await committed(commits, "1")
    assert ["tally-1"] == rows.gets

    version, counted = rows.tallies["tally-1"]
    rows.tallies["tally-1"] = (version + 7, counted)
    assert [False] == await committed(commits, "1")
    assert [True] == await committed(commits, "1")
    assert ["tally-1"] * 2 == rows.gets


async def test_a_tally_is_remembered_for_a_second(monkeypatch: pytest.MonkeyPatch) -> None:
    """Later, another process may have counted: it is read."""
    rows = Rows()
    commits = GroupCommit(rows)  # type: ignore[arg-type]
    monkeypatch.setattr(tallies, "_REMEMBERED_FOR", 0.0)
    for _ in range(2):
        assert [True] == await committed(commits, "1")

    assert ["tally-1"] * 2 == rows.gets


async def test_tallies_of_other_commits_are_remembered_as_long(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each for its own second, and none for longer: a process of weeks must not hold the tallies of every run."""
    rows = Rows()
    commits = GroupCommit(rows)  # type: ignore[arg-type]
    for digit in "1212":
        assert [True] == await committed(commits, digit)
    assert ["tally-1", "tally-2"] == rows.gets

    monkeypatch.setattr(tallies, "_REMEMBERED_FOR", 0.0)
    assert [True] == await committed(commits, "3")
    assert {(RUN, "tally-3")} == commits._tallies._written.keys()
