"""Where a run stands by its tally, and how it ends."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from revoker.core.outcome import FAILURES, READ_BACK_REFUSED, Outcome, User
from revoker.core.request import Person, Priority, Trigger
from revoker.core.run import Run, State
from revoker.core.run_state import final_state, state_of
from revoker.core.tally import tally

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
RUN = Run(
    id="019caa52-7c00-7000-8000-0123456789ab",
    trigger=Trigger.HTTP,
    requested_by=Person("1", "Rita"),
    reason="r",
    scope={"users": 1},
    priority=Priority.URGENT,
    issued_before=NOW,
    created_at=NOW,
)


@pytest.mark.parametrize(
    ("outcomes", "finished_as", "state"),
    [
        (["planned", "verified"], None, "revoking"),
        (["retrying", "failed"], None, "revoking"),
        (["revoked", "verified"], None, "verifying"),
        (["verified"], None, "verifying"),
        (["verified"], State.COMPLETED, "completed"),
        (["planned"], State.CANCELLED, "cancelled"),
        (["planned"], State.COMPLETED, "completed"),
    ],
)
def test_where_a_run_stands(outcomes: list[str], finished_as: State | None, state: str) -> None:
    """The tally says where a run stands until its end is written; then that stays."""
    counted = tally(User(key=name, requested_as=name, outcome=Outcome(name)) for name in outcomes)

    assert state == state_of(replace(RUN, finished_as=finished_as), counted)


@pytest.mark.parametrize("outcome", Outcome)
def test_how_a_run_ends(outcome: Outcome) -> None:
    """One user who ended badly makes it completed with failures; a cancelled run ends as such."""
    lines = [User(key="a", requested_as="a", outcome=outcome, reason=READ_BACK_REFUSED)]
    expected = State.COMPLETED_WITH_FAILURES if outcome in FAILURES else State.COMPLETED

    assert expected is final_state(tally(lines))
    assert State.CANCELLED is final_state(tally(lines), cancelled=True)
