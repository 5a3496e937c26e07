"""Values become table rows and back."""

import logging
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given, strategies as st
from support.strategies import BATCHES, DIGESTS, MOMENTS, RUNS, TALLIES

from revoker.adapters.tables import columns, keys
from revoker.adapters.tables.batch_rows import batch_of, batch_row
from revoker.adapters.tables.columns import Row
from revoker.adapters.tables.run_rows import readable_runs, run_of, run_row
from revoker.adapters.tables.tally_rows import tally_of, tally_row
from revoker.core.batch import MOST_IN_BATCH, Batch
from revoker.core.outcome import Outcome, User
from revoker.core.request import Incident, Person, Priority, Trigger
from revoker.core.run import Run
from revoker.core.run_id import new_id
from revoker.core.tally import Tally

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
FORBIDDEN = re.compile(r"[/\\#?\x00-\x1f\x7f-\x9f]")
A_RUN = Run(
    id=new_id(NOW),
    trigger=Trigger.HTTP,
    requested_by=Person("id-1", "Rita Responder"),
    reason="test",
    scope={},
    priority=Priority.BULK,
    issued_before=NOW,
    created_at=NOW,
)
PROPERTY_LIMIT = 32 * 1024  # characters: Azure Tables keeps 64 KiB of UTF-16 in one property


def storable(row: Row) -> bool:
    """Return whether a table takes the row: plain values, keys without what keys may not hold."""
    plain = all(type(value) in {str, int, bool, float} for value in row.values())
    return plain and not any(FORBIDDEN.search(row[key]) or not row[key] for key in ("PartitionKey", "RowKey"))


@given(RUNS)
def test_a_run_survives(run: Run) -> None:
    """What was written about a run is read again, equal."""
    row = run_row(run)

    assert run == run_of(row)
    assert storable(row)


@given(BATCHES)
def test_a_batch_survives(batch: Batch) -> None:
    """Users in any state, times to the microsecond, nothing lost."""
    row = batch_row(batch)

    assert batch == batch_of(row)
    assert storable(row)


@given(BATCHES)
def test_a_row_tells_its_outcomes(batch: Batch) -> None:
    """A column per outcome counts its users, so that the service finds rows that hold one; open rows are told apart."""
    row = batch_row(batch)
    counted = {outcome: row[outcome.value] for outcome in Outcome if outcome.value in row}

    assert {user.outcome for user in batch.users} == set(counted)
    assert len(batch.users) == sum(counted.values())
    assert batch.is_open is row["open"]


@given(TALLIES, DIGESTS)
def test_a_tally_survives(counted: Tally, batch: str) -> None:
    """Counts, pending and the last call."""
    row = tally_row("019caa52-7c00-7000-8000-0123456789ab", keys.tally_key(batch), counted)

    assert counted == tally_of(row)
    assert storable(row)


@given(MOMENTS, st.integers(1, 10**9))
def test_runs_are_listed_newest_first(moment: datetime, later: int) -> None:
    """Tables list ascending, people read newest first."""
    older, newer = new_id(moment), new_id(moment + timedelta(milliseconds=later))

    assert keys.run_key(newer) < keys.run_key(older)
    assert {len(keys.run_key(older)), len(keys.run_key(newer))} == {32}


@given(DIGESTS, DIGESTS)
def test_keys_of_one_partition_never_meet(one: str, other: str) -> None:
    """Batches have a key each; tallies are at most sixteen and never a batch's."""
    assert (one == other) == (keys.batch_key(one) == keys.batch_key(other))
    assert {keys.tally_key(one), keys.tally_key(other)}.isdisjoint({keys.batch_key(one), keys.batch_key(other)})
    assert len({keys.tally_key(digit + one) for digit in "0123456789abcdef"}) == 16


def full(name: str) -> Batch:
    """Return a batch of twenty users with long names and everything known about them."""
    users = tuple(
        User(
            key=name, requested_as=name, outcome=Outcome.FAILED, id="i" * 36, user_principal_name=name,
            reason="gave_up_batch_http_503", status=503, request_id="r" * 100, attempts=20,
            called_at=NOW, settled_at=NOW, sessions_valid_from=NOW,
        )
        for _ in range(MOST_IN_BATCH)
    )  # fmt: skip
    return Batch(run="r", id="b", lane=Priority.BULK, users=users, planned_for=NOW, due_at=NOW)


def columns_of(row: Row) -> list[int]:
    """Return the length of each text column in UTF-16 units."""
    return [len(value.encode("utf-16-le")) // 2 for value in row.values() if isinstance(value, str)]


@pytest.mark.parametrize("name", ["a" * 113, "a" * 320, "\u00e9" * 316 + "@b.c", "\U0001f512" * 316 + "@b.c"])
def test_a_full_batch_fits(name: str) -> None:
    """Twenty users with the longest names fit the properties of one row, and come back."""
    row = batch_row(full(name))

    assert max(columns_of(row)) <= PROPERTY_LIMIT
    assert full(name) == batch_of(row)


@given(
    st.lists(
        st.text(max_size=3000) | st.sampled_from(["\u200b" * 9000, "\x01" * 9000, "\U0001f512" * 9000]), max_size=60
    )
)
def test_warnings_always_fit_their_row(said: list[str]) -> None:
    """However long they are, a run that has them can be written, and what is said last in few words stands whole."""
    row = run_row(replace(A_RUN, warnings=(*said, "Seen by Rita."), acknowledged=tuple(said)))

    assert PROPERTY_LIMIT >= max(columns_of(row))
    assert 512 * 1024 > sum(columns_of(row))
    assert "Seen by Rita." == run_of(row).warnings[-1]


def test_decisions_in_an_older_row_are_read_from_its_sentences() -> None:
    """A run from before 0.3 said in its warnings by whom it was approved and cancelled; they stand in fields now."""
    gate = "federation_unchecked: The domains cannot be read. Acknowledged by Rita (id-1)."
    warnings = ("Mind.", "Approved by Sam (Second) (id-2).", "Cancelled by Kim (\n) (id-3).", gate)
    run = run_of(run_row(replace(A_RUN, version=None, acknowledged=(gate, "Judged."), warnings=warnings)))

    assert ("Mind.", gate) == run.warnings
    assert Person("id-3", "Kim (\n)") == run.cancelled_by
    assert ("federation_unchecked",) == run.acknowledged_codes


def test_a_row_of_today_keeps_its_sentences() -> None:
    """Whatever a warning says: only the fields tell who decided."""
    told = replace(A_RUN, version="0.3.0", warnings=("Cancelled by Kim (id-3).",))

    assert told == run_of(run_row(told))


def test_the_longest_incident_fits_its_row() -> None:
    """Text outside the basic plane takes two units a character."""
    long = Incident("\U0001f512" * 1000, 10**17, "\U0001f512" * 500, "https://" + "\U0001f512" * 1992)
    row = run_row(replace(A_RUN, incident=long, warnings=("\u00e9" * 29_000,)))

    assert PROPERTY_LIMIT >= max(columns_of(row))
    assert long == run_of(row).incident


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=50), st.integers(1, 5))
def test_a_value_is_cut_and_joined(text: str, repeated: int) -> None:
    """However many columns a value needs, it comes back whole."""
    value = text * repeated * 2000
    row = columns.text_columns("value", value)

    assert value == columns.value_of(row, "value", str)
    assert storable({"PartitionKey": "p", "RowKey": "r", **row})


@pytest.mark.parametrize(
    "damage",
    [
        {"run": "{"},
        {"run": '{"id": 7}'},
        {"run": '"text"'},
        {"run": 7},
        {"v": 3},
        {"v": None},
    ],
)
def test_one_damaged_run_hides_no_other(damage: Row, caplog: pytest.LogCaptureFixture) -> None:
    """A run that cannot be read, or of a form from the future, is an error in the log by its id; the others stand."""
    broken = {**run_row(replace(A_RUN, id=str(UUID(int=7)))), **damage}
    caplog.set_level(logging.ERROR, logger="revoker")

    assert (A_RUN,) == readable_runs([broken, run_row(A_RUN)])
    assert [f'run_unreadable {{"run": "{UUID(int=7)}"}}'] == [record.getMessage() for record in caplog.records]
