"""A run, its tally, and where it stands."""

import uuid
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, strategies as st
from support.strategies import MOMENTS, TALLIES, users

from revoker.core.outcome import FAILURES, READ_BACK_REFUSED, Outcome, User
from revoker.core.request import Person, Priority, Trigger
from revoker.core.run import Run, State, final_state, new_id, state_of
from revoker.core.tally import Tally, tally

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
MANY = st.lists(users(), max_size=20)


@given(MANY)
def test_a_tally_counts_everybody(crowd: list[User]) -> None:
    """Every user is one outcome's, and pending are those with something left."""
    counted = tally(crowd)

    assert len(crowd) == counted.total == sum(counted.count(outcome) for outcome in Outcome)
    assert sum(not user.is_final for user in crowd) == counted.pending
    assert max((user.called_at for user in crowd if user.called_at), default=None) == counted.last_called_at
    read = [user.settled_at for user in crowd if user.outcome in {Outcome.VERIFIED, Outcome.UNVERIFIED}]
    assert max((moment for moment in read if moment), default=None) == counted.last_looked_at


@given(MANY, MANY)
def test_tallies_add(ours: list[User], theirs: list[User]) -> None:
    """Counting two batches apart and adding is counting them together, in either order."""
    assert tally([*ours, *theirs]) == tally(ours) + tally(theirs) == tally(theirs) + tally(ours)


@given(MANY, MANY, MANY)
def test_a_part_can_be_counted_anew(rest: list[User], before: list[User], after: list[User]) -> None:
    """Replacing a batch's part leaves what the other batches counted, and no outcome with nobody."""
    counted = (tally(rest) + tally(before)).replaced(tally(before), tally(after))
    wanted = tally(rest) + tally(after)

    assert (dict(wanted.counts), wanted.pending) == (counted.counts, counted.pending)


@given(TALLIES)
def test_an_empty_tally_adds_nothing(counted: Tally) -> None:
    """Adding nothing changes nothing."""
    assert counted == counted + Tally() == Tally() + counted


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
    run = Run(**{field: getattr(RUN, field) for field in Run.__slots__} | {"finished_as": finished_as})

    assert state == state_of(run, counted)


@pytest.mark.parametrize("outcome", Outcome)
def test_how_a_run_ends(outcome: Outcome) -> None:
    """One user who ended badly makes it completed with failures; a cancelled run ends as such."""
    lines = [User(key="a", requested_as="a", outcome=outcome, reason=READ_BACK_REFUSED)]
    expected = State.COMPLETED_WITH_FAILURES if outcome in FAILURES else State.COMPLETED

    assert expected is final_state(tally(lines))
    assert State.CANCELLED is final_state(tally(lines), cancelled=True)


@pytest.mark.parametrize("state", State)
def test_final_states(state: State) -> None:
    """Four states are an end."""
    assert state.is_final is (state.value in {"completed", "completed_with_failures", "cancelled", "failed"})


@given(MOMENTS, st.integers(1, 10**6))
def test_ids_order_by_acceptance(moment: datetime, later: int) -> None:
    """An id is a UUID of version 7 that tells its millisecond, and later ids sort later."""
    made = uuid.UUID(new_id(moment))

    assert (7, uuid.RFC_4122) == (made.version, made.variant)
    assert int(moment.timestamp() * 1000) == made.int >> 80
    assert str(made) < new_id(moment + timedelta(milliseconds=later))


def test_ids_of_one_moment_differ() -> None:
    """A thousand runs of one millisecond have a thousand ids."""
    assert len({new_id(NOW) for _ in range(1000)}) == 1000


def test_a_warning_is_said_once() -> None:
    """The same sentence twice is one warning; the cutoff spares users only where it lies before the run."""
    warned = RUN.warned("Mind the gap.").warned("Mind the gap.").warned("And the step.")

    assert ("Mind the gap.", "And the step.") == warned.warnings
    assert RUN.cutoff is None
