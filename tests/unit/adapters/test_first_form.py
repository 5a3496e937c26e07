"""Rows of the first form, recorded before a form had a number, are read as the values they were written from."""

import base64
import json
import logging
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from revoker.adapters.tables import keys
from revoker.adapters.tables.batch_rows import batch_of, batch_row
from revoker.adapters.tables.columns import Row
from revoker.adapters.tables.pace_rows import paces_of, paces_row
from revoker.adapters.tables.page_rows import batches_of, fingerprint_rows, members_of, page_row, settled_of, split
from revoker.adapters.tables.run_rows import readable_runs, run_of, run_row
from revoker.adapters.tables.scan_rows import scan_of, scan_row
from revoker.adapters.tables.sweep_rows import readable, sweep_of, sweep_row
from revoker.adapters.tables.tally_rows import tally_of, tally_row
from revoker.core.batch import Batch
from revoker.core.fingerprint import fingerprint
from revoker.core.outcome import Outcome, User
from revoker.core.pacing import Pace
from revoker.core.pool import UNNAMED, Paces
from revoker.core.request import Incident, Person, Priority, Request, Scope, Target, Trigger
from revoker.core.run import Run, State
from revoker.core.scan import Scan
from revoker.core.source import Kind, Source
from revoker.core.sweep import Sweep
from revoker.core.sweep_run import SweepRun
from revoker.core.sweep_spec import SweepSpec
from revoker.core.tally import Tally

RECORDED = Path(__file__).parents[2] / "fixtures" / "rows"
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
SECOND, MINUTE, HOUR, DAY = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
RUN, OTHER = "019caa52-7c00-7000-8000-0123456789ab", "019caa52-7c00-7000-8000-0123456789ac"
GROUP, ALICE = "6f1d2c3b-4a59-4e68-8b7a-9c0d1e2f3a4b", "2a9f6c31-5e48-4d70-b3c9-f61e8a07d254"
RITA, SAM = Person("id-1", "Rita Müller"), Person("id-2", "Sam Second")
INCIDENT = Incident("/subscriptions/x", 7, 'Stolen "tokens" 🔒', "https://example.org")
HOSTILE = "o'brien_#EXT#/\\?%&\"<script>\u2028@contoso.com"

ENDED_RUN = Run(
    id=RUN,
    trigger=Trigger.SENTINEL,
    requested_by=RITA,
    reason="because 'quoted' & so",
    scope={"groups": [GROUP], "allUsers": False},
    priority=Priority.BULK,
    issued_before=NOW - DAY,
    created_at=NOW,
    dry_run=True,
    incident=INCIDENT,
    finish_estimate=NOW + 5 * MINUTE,
    finished_at=NOW + 6 * MINUTE + timedelta(microseconds=250_000),
    finished_as=State.COMPLETED_WITH_FAILURES,
    cancelled_at=NOW + 2 * MINUTE,
    retry_of=OTHER,
    retried_by=OTHER,
    sweep_id="settings",
    scans=True,
    incomplete=True,
    acknowledged=("federation_not_rotated",),
    approval_until=NOW + 4 * HOUR,
    approved_by=SAM,
    approved_at=NOW + MINUTE,
    warnings=("one", "zwei Wörter"),
)
NEW_RUN = Run(
    id=OTHER,
    trigger=Trigger.HTTP,
    requested_by=RITA,
    reason="r",
    scope={"users": 1},
    priority=Priority.URGENT,
    issued_before=NOW,
    created_at=NOW,
)
BATCH = Batch(
    run=RUN,
    id="0f" * 16,
    lane=Priority.BULK,
    users=(
        User(
            key="alice@contoso.com",
            requested_as="Alice@contoso.com",
            outcome=Outcome.VERIFIED,
            id=ALICE,
            user_principal_name="alice@contoso.com",
            status=200,
            request_id="req-1",
            attempts=2,
            called_at=NOW + SECOND,
            settled_at=NOW + 61 * SECOND,
            sessions_valid_from=NOW + SECOND,
        ),
        User(
            key=HOSTILE.lower(),
            requested_as=HOSTILE,
            external_reason="external_user",
            outcome=Outcome.NOT_EFFECTIVE,
            reason="external_user",
            settled_at=NOW,
        ),
        User(key="bob@contoso.com", requested_as="bob@contoso.com"),
    ),
    planned_for=NOW,
    due_at=NOW + 90 * SECOND,
    shifted=1.5,
    healed=1,
)
SETTLED = (
    User(
        key=ALICE,
        requested_as=f"groups/{GROUP}",
        outcome=Outcome.ALREADY_REVOKED,
        id=ALICE,
        user_principal_name="alice@contoso.com",
        settled_at=NOW,
        sessions_valid_from=NOW,
    ),
    User(
        key=GROUP,
        requested_as=f"groups/{GROUP}",
        outcome=Outcome.EXCLUDED,
        reason="excluded",
        id=GROUP,
        user_principal_name=HOSTILE,
        external_reason="external_user",
        settled_at=NOW,
    ),
)
TALLY = Tally(
    counts={Outcome.PLANNED: 1, Outcome.VERIFIED: 1, Outcome.NOT_EFFECTIVE: 1}, pending=1, last_called_at=NOW + SECOND
)
SCAN = Scan(
    run=RUN,
    sources=(Source(Kind.PRIVILEGED), Source(Kind.GROUP, GROUP), Source(Kind.CALLER, ALICE)),
    due_at=NOW + MINUTE,
    since=NOW,
    lane=Priority.URGENT,
    skip_guests=False,
    expected=40,
    step=3,
    at=1,
    cursor="https://graph.microsoft.com/v1.0/groups/x?$skiptoken=y",
    pages=2,
    attempts=1,
    restarts=1,
    healed=2,
    caller_deferred=True,
    last_due=NOW + 90 * SECOND,
    tally=TALLY,
)
PACE = Pace(1772442000.25, 12.5, 1772442030.0)
SWEEP = Sweep(
    id=OTHER,
    spec=SweepSpec(
        name="after the eviction",
        run=Request(
            trigger=Trigger.SCHEDULE,
            requested_by=RITA,
            reason="the weeks after",
            targets=(
                Target(requested_as="Alice@contoso.com", name="alice@contoso.com"),
                Target(requested_as=f" {ALICE}", name=ALICE),
            ),
            scope=Scope((GROUP,), ("privileged",), "startswith(displayName,'A')"),
            exclude_users=frozenset({"bob@contoso.com", ALICE}),
            exclude_groups=(GROUP,),
            issued_before=NOW,
            compromised_at=NOW - 9 * DAY,
            compromised_thumbprints=("ab" * 20,),
            include_guests=False,
            incident=INCIDENT,
            acknowledge=("federation_unchecked",),
        ),
        until=NOW + 30 * DAY,
        schedule="0 0 * * * *",
    ),
    created_at=NOW,
    next_tick=NOW + HOUR,
    approval_until=NOW + 4 * HOUR,
    approved_by=SAM,
    acknowledged=("federation_unchecked",),
    approved_size=40,
    paused_by=RITA,
    runs=(
        SweepRun(run=RUN, tick=NOW, started_at=NOW),
        SweepRun(run=OTHER, tick=NOW, started_at=NOW, state=State.FAILED, why="failed: 1 refused"),
    ),
    skipped=3,
    failed_attempts=4,
    last_failure="the gate",
    ended_at=NOW + 30 * DAY,
    ended_because="Its time is over.",
)
SIZE_UNKNOWN = Sweep(
    id="settings",
    spec=SweepSpec(
        name="settings",
        run=Request(trigger=Trigger.SCHEDULE, requested_by=RITA, reason="r", scope=Scope(all_users=True)),
        until=NOW + 30 * DAY,
        max_age_hours=24,
        every_minutes=60,
    ),
    created_at=NOW,
    next_tick=None,
)


def recorded(kind: str) -> list[Row]:
    """Return the recorded rows of a kind."""
    stored = json.loads((RECORDED / f"{kind}.json").read_text(encoding="utf-8"))
    return [{name: _column(value) for name, value in row.items()} for row in stored]


def _column(value: object) -> object:
    return base64.b64decode(value["base64"]) if isinstance(value, dict) else value


def test_runs_are_read() -> None:
    """Ended with everything known of it, and new with nothing."""
    assert [ENDED_RUN, NEW_RUN] == [run_of(row) for row in recorded("run")]


def test_a_batch_is_read() -> None:
    """Every field of it and of its users."""
    [row] = recorded("batch")

    assert BATCH == batch_of(row)


def test_tallies_and_the_pace_are_read() -> None:
    """The scan's row is a tally too, and says what is still to come."""
    [tally], [scan], [pace] = recorded("tally"), recorded("scan"), recorded("pace")

    assert TALLY == tally_of(tally)
    assert replace(TALLY, planning=True, expected=40, last_due=NOW + 90 * SECOND) == tally_of(scan)
    assert Paces(of={UNNAMED: PACE}) == paces_of(pace)


def test_a_scan_is_read() -> None:
    """Where it stands, in the words of today."""
    [row] = recorded("scan")

    assert SCAN == scan_of(row)
    assert 3 == row["step"]


def test_a_page_is_read() -> None:
    """Its batches, its users in them, and those who needed nothing."""
    [row] = recorded("page")
    planned = {fingerprint(user.id or user.key): BATCH.id for user in BATCH.users}

    assert SETTLED == settled_of(row)
    assert (BATCH.id,) == batches_of(row)
    assert [*planned.items(), *((fingerprint(user.key), None) for user in SETTLED)] == list(members_of(row))


def test_sweeps_are_read() -> None:
    """With all that can be asked for; and one from before the approved number of users was kept."""
    assert [SWEEP, SIZE_UNKNOWN] == [sweep_of(row) for row in recorded("sweep")]


@pytest.mark.parametrize(
    ("kind", "written"),
    [
        ("run", [run_row(ENDED_RUN), run_row(NEW_RUN)]),
        ("batch", [batch_row(BATCH)]),
        ("tally", [tally_row(RUN, keys.tally_key(BATCH.id), TALLY)]),
        ("scan", [scan_row(SCAN)]),
        ("page", [page_row(RUN, "000003", [BATCH], SETTLED)]),
        ("fingerprints", fingerprint_rows(RUN, "excluded", [bytes([number] * 16) for number in (1, 2, 3)])),
        ("sweep", [sweep_row(SWEEP), sweep_row(SIZE_UNKNOWN)]),
        ("pace", [paces_row(Paces(of={UNNAMED: PACE}))]),
        ("key", [{"PartitionKey": keys.RUN, "RowKey": keys.claim_key("key one")}]),
    ],
)
def test_a_row_stays_where_it_was(kind: str, written: list[Row]) -> None:
    """Written again in today's form it has the same keys, and the columns that are compared or queried."""
    asked_for = {"PartitionKey", "RowKey", "id", "state", "step", "open", "waiting", "dueAt", "members", *Outcome}
    found = [{name: row[name] for name in row.keys() & asked_for} for row in recorded(kind)]

    assert found == [{name: row[name] for name in row.keys() & asked_for} for row in written]


def test_sets_of_fingerprints_are_read() -> None:
    """Sixteen bytes each, in both forms."""
    [row] = recorded("fingerprints")

    assert [bytes([number] * 16) for number in (1, 2, 3)] == split(row["members"])


@pytest.mark.parametrize("spoilt", ["priority", "createdAt", "incident", "warnings", "walks", "approvedBy"])
def test_a_damaged_run_hides_no_other(spoilt: str, caplog: pytest.LogCaptureFixture) -> None:
    """It is an error in the log by its id."""
    whole, damaged = recorded("run")
    caplog.set_level(logging.ERROR, logger="revoker")

    assert (ENDED_RUN,) == readable_runs([{**damaged, spoilt: "{"}, whole])
    assert [f'run_unreadable {{"run": "{OTHER}"}}'] == [record.getMessage() for record in caplog.records]


@pytest.mark.parametrize("spoilt", [{"wish0": b"nonsense"}, {"life": "[]"}, {"life": "{}"}])
def test_a_damaged_sweep_hides_no_other(spoilt: Row, caplog: pytest.LogCaptureFixture) -> None:
    """Likewise."""
    whole, damaged = recorded("sweep")
    caplog.set_level(logging.ERROR, logger="revoker")

    assert (SWEEP,) == readable([{**damaged, **spoilt}, whole])
    assert ['sweep_unreadable {"sweep": "settings"}'] == [record.getMessage() for record in caplog.records]
