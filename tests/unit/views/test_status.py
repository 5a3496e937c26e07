"""How a run and its users look from outside."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from support.strategies import RUNS, TALLIES, plain

from revoker.core.outcome import READ_BACK_REFUSED, Outcome, User
from revoker.core.pacing import Quota
from revoker.core.pool import Pool
from revoker.core.request import Incident, Person, Priority, Trigger
from revoker.core.run import Run, State
from revoker.core.tally import Tally
from revoker.core.tenant import Tenant
from revoker.views.residual import LIFETIMES
from revoker.views.status import StatusBasis, moment, status, user

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
POOL = Pool(Quota(burst=3000, rate=20, reserve=0.1), Quota(burst=16_200, rate=54, reserve=0))
RECKONING = StatusBasis(POOL)
ID = "2a9f6c31-5e48-4d70-b3c9-f61e8a07d254"
RUN = Run(
    id="019caa52-7c00-7000-8000-0123456789ab",
    trigger=Trigger.SENTINEL,
    requested_by=Person("7", "Rita"),
    reason="sentinel incident: 1042",
    scope={"users": 4},
    priority=Priority.URGENT,
    issued_before=NOW,
    created_at=NOW,
    incident=Incident(id="/x", number=1042, title="Token reuse", url="https://portal.azure.com/x"),
    finish_estimate=NOW + timedelta(seconds=5),
    warnings=("Mind.",),
)

UNDECIDED = {"approvedBy": None, "approvedAt": None}


def test_the_whole_status() -> None:
    """Every field of the contract, once, as JSON."""
    counted = Tally(counts={Outcome.VERIFIED: 3, Outcome.RETRYING: 1}, pending=1, last_called_at=NOW)

    assert {
        "runId": RUN.id,
        "version": None,
        "tenant": None,
        "state": "revoking",
        "dryRun": False,
        "trigger": "sentinel",
        "requestedBy": {"id": "7", "name": "Rita"},
        "reason": "sentinel incident: 1042",
        "incident": {"id": "/x", "number": 1042, "title": "Token reuse", "url": "https://portal.azure.com/x"},
        "scope": {"users": 4},
        "priority": "urgent",
        "issuedBefore": "2026-03-02T09:00:00.000Z",
        "createdAt": "2026-03-02T09:00:00.000Z",
        "approval": {
            "needed": False,
            "users": None,
            "covers": None,
            "until": None,
            "approvedBy": None,
            "approvedAt": None,
        },
        "compromisedAt": None,
        "startedAt": "2026-03-02T09:00:00.000Z",
        "cancelledAt": None,
        "cancelledBy": None,
        "finishedAt": None,
        "counts": {"retrying": 1, "verified": 3},
        "total": 4,
        "progress": 0.75,
        "estimate": {"finishAt": "2026-03-02T09:00:05.000Z", "writesPerSecond": 20},
        "residualAccessUntil": "2026-03-02T11:00:00.000Z",
        "residualAccessNote": LIFETIMES,
        "incomplete": False,
        "warnings": ["Mind."],
        "federation": [],
        "acknowledged": [],
        "plan": None,
        "includeNew": False,
        "retryOf": None,
        "retriedBy": None,
        "sweepId": None,
        "countermeasure": "CM0077",
        "techniques": ["T1550", "T1550.001"],
    } == plain(status(RUN, counted, RECKONING))


def test_who_decided_what_and_when() -> None:
    """Approval, cancellation and acknowledgements name person and moment, and are no warnings."""
    decided = replace(
        RUN,
        approval_until=NOW + timedelta(hours=4),
        approved_by=Person("8", "Sam"),
        approved_at=NOW,
        cancelled_by=Person("9", "Kim"),
        cancelled_at=NOW,
        acknowledged_codes=("federation_unchecked",),
        tenant=Tenant("3f8a1c52-6b7d-4e90-9a41-0c5d2e7f8b13", "contoso.com"),
        version="0.3.0",
    )
    shown = plain(status(decided, Tally(), RECKONING))

    assert {
        "needed": True,
        "users": None,
        "covers": None,
        "until": "2026-03-02T13:00:00.000Z",
        "approvedBy": {"id": "8", "name": "Sam"},
        "approvedAt": "2026-03-02T09:00:00.000Z",
    } == shown["approval"]
    assert ({"id": "9", "name": "Kim"}, "2026-03-02T09:00:00.000Z") == (shown["cancelledBy"], shown["cancelledAt"])
    assert [{"code": "federation_unchecked", "by": {"id": "7", "name": "Rita"}}] == shown["acknowledged"]
    assert {"id": "3f8a1c52-6b7d-4e90-9a41-0c5d2e7f8b13", "domain": "contoso.com"} == shown["tenant"]
    assert ("0.3.0", ["Mind."]) == (shown["version"], shown["warnings"])


@given(RUNS, TALLIES)
def test_progress_is_a_share(run: Run, counted: Tally) -> None:
    """A run that has ended is done; one without users, too; no tally shows less than nothing."""
    counted = Tally(counts=counted.counts, pending=min(counted.pending, counted.total))
    shown = status(run, counted, RECKONING)

    assert 0 <= float(str(shown["progress"])) <= 1
    assert not (run.finished_as and shown["progress"] != 1)
    assert [None, None] == [shown["residualAccessUntil"], shown["residualAccessNote"]]


@pytest.mark.parametrize(
    ("line", "id_shown", "upn_shown"),
    [
        (User(key=ID, requested_as="x"), ID, None),
        (User(key="a@b", requested_as="x"), None, "a@b"),
        (User(key="#3", requested_as="x"), None, None),
        (User(key=ID, requested_as="x", id=ID, user_principal_name="A@b"), ID, "A@b"),
        (User(key="a@b", requested_as="x", id=ID, user_principal_name="A@b"), ID, "A@b"),
    ],
)
def test_names_shown(line: User, id_shown: str | None, upn_shown: str | None) -> None:
    """A user shows what is known of both names, and never a made-up one."""
    shown = user(line)

    assert (id_shown, upn_shown) == (shown["id"], shown["userPrincipalName"])


@pytest.mark.parametrize(
    ("outcome", "reason", "settled"),
    [
        (Outcome.RETRYING, "throttled", None),
        (Outcome.REVOKED, None, None),
        (Outcome.REVOKED, READ_BACK_REFUSED, "2026-03-02T09:00:00.000Z"),
        (Outcome.VERIFIED, None, "2026-03-02T09:00:00.000Z"),
    ],
)
def test_the_whole_user(outcome: Outcome, reason: str | None, settled: str | None) -> None:
    """Every field of the contract; settled only when nothing more will be done."""
    line = User(
        key=ID, requested_as="Alice", outcome=outcome, reason=reason, status=200, request_id="q", attempts=2,
        settled_at=NOW, sessions_valid_from=NOW,
    )  # fmt: skip

    assert {
        "id": ID,
        "userPrincipalName": None,
        "requestedAs": "Alice",
        "outcome": outcome.value,
        "reason": reason,
        "status": 200,
        "requestId": "q",
        "attempts": 2,
        "settledAt": settled,
        "sessionsValidFrom": "2026-03-02T09:00:00.000Z",
        "identity": None,
        "revokedBy": None,
    } == plain(user(line))


@pytest.mark.parametrize(
    ("at", "shown"),
    [
        (None, None),
        (NOW, "2026-03-02T09:00:00.000Z"),
        (NOW + timedelta(microseconds=1999), "2026-03-02T09:00:00.001Z"),
        (NOW.astimezone(timezone(timedelta(hours=5, minutes=30))), "2026-03-02T09:00:00.000Z"),
    ],
)
def test_moments(at: datetime | None, shown: str | None) -> None:
    """RFC 3339, UTC, milliseconds."""
    assert shown == moment(at)


def test_an_ended_run_shows_when() -> None:
    """The estimate of a run that has ended is its end."""
    ended = Run(
        **{name: getattr(RUN, name) for name in Run.__slots__}
        | {"finished_as": State.COMPLETED, "finished_at": NOW + timedelta(seconds=9)}
    )
    shown = status(ended, Tally(counts={Outcome.VERIFIED: 4}), RECKONING)

    assert ["completed", 1.0] == [shown["state"], shown["progress"]]
    assert {"finishAt": "2026-03-02T09:00:09.000Z", "writesPerSecond": 20} == shown["estimate"]


@pytest.mark.parametrize(("minutes", "until"), [(120, "2026-03-02T11:00:00.000Z"), (1440, "2026-03-03T09:00:00.000Z")])
def test_residual_access_is_reckoned_with_the_tenants_own_token_life(minutes: int, until: str) -> None:
    """REVOKER_ACCESS_TOKEN_MINUTES decides: a token lifetime policy may allow a whole day."""
    by = StatusBasis(POOL, timedelta(minutes=minutes))
    counted = Tally(counts={Outcome.VERIFIED: 1}, last_called_at=datetime(2026, 3, 2, 9, tzinfo=UTC))

    assert until == status(RUN, counted, by)["residualAccessUntil"]


@pytest.mark.parametrize(
    ("called", "looked", "until"),
    [
        (NOW, NOW + timedelta(minutes=2), "2026-03-02T11:02:00.000Z"),
        (NOW, NOW - timedelta(seconds=1), "2026-03-02T11:00:00.000Z"),
        (NOW, None, "2026-03-02T11:00:00.000Z"),
        (None, NOW, None),
    ],
    ids=["shown after the call", "another user shown before it", "not shown yet, or a row of before", "no call"],
)
def test_residual_access_counts_from_when_the_last_revocation_showed(
    called: datetime | None, looked: datetime | None, until: str | None
) -> None:
    """Entra may issue tokens until a revocation has reached every replica."""
    counted = Tally(counts={Outcome.VERIFIED: 1}, last_called_at=called, last_looked_at=looked)

    assert until == status(RUN, counted, RECKONING)["residualAccessUntil"]
