"""What a sweep is at each moment of its life, and how it moves from one to the next."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from support.fakes import START
from support.sweeping import RITA, SAM, SWEEPS, a_spec, a_sweep_run

from revoker.adapters.tables.sweep_rows import sweep_of, sweep_row
from revoker.core.run import State
from revoker.core.sweep import Sweep, SweepState, new_sweep

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
NEW = new_sweep("s", a_spec(), START)
LATER = START + 10 * HOUR
FAILED = tuple(a_sweep_run(number, State.COMPLETED_WITH_FAILURES, "1 refused") for number in (3, 2, 1))


@given(SWEEPS)
def test_a_sweep_survives_its_row(sweep: Sweep) -> None:
    """Every field of it, and of the request in it, comes back as it was."""
    assert sweep == sweep_of(sweep_row(sweep))


def test_the_largest_request_fits_a_row() -> None:
    """Ten thousand users and as many excluded stay within a megabyte, each column within 64 KiB."""
    names = [f"{number:032x}@contoso.example" for number in range(10_000)]
    spec = a_spec(*names)
    row = sweep_row(new_sweep("s", replace(spec, run=replace(spec.run, exclude_users=frozenset(names))), START))
    sizes = [len(value) for value in row.values() if isinstance(value, bytes | str)]

    assert max(sizes) <= 60_000
    assert sum(sizes) < 900_000


@pytest.mark.parametrize(
    ("sweep", "state"),
    [
        (NEW, SweepState.ACTIVE),
        (NEW.paused(RITA), SweepState.PAUSED),
        (replace(NEW, approval_until=LATER + HOUR), SweepState.AWAITING_APPROVAL),
        (replace(NEW, approval_until=LATER + HOUR).paused(RITA), SweepState.AWAITING_APPROVAL),
        (replace(NEW, approval_until=LATER + HOUR, approved_by=SAM), SweepState.ACTIVE),
        (replace(NEW, approval_until=LATER, approved_by=SAM), SweepState.ACTIVE),
        (replace(NEW, approval_until=LATER), SweepState.ENDED),
        (replace(NEW, runs=FAILED), SweepState.FAILING),
        (replace(NEW, runs=(a_sweep_run(4), *FAILED)), SweepState.FAILING),
        (replace(NEW, runs=FAILED).paused(RITA), SweepState.PAUSED),
        (replace(NEW, runs=FAILED[:2]), SweepState.ACTIVE),
        (replace(NEW, runs=(a_sweep_run(4, State.COMPLETED), *FAILED)), SweepState.ACTIVE),
        (replace(NEW, runs=(a_sweep_run(4, State.CANCELLED), *FAILED)), SweepState.ACTIVE),
        (replace(NEW, failed_attempts=2, last_failure="why"), SweepState.ACTIVE),
        (replace(NEW, failed_attempts=3, last_failure="why"), SweepState.FAILING),
        (new_sweep("s", a_spec(until=LATER), START), SweepState.ENDED),
        (new_sweep("s", a_spec(until=LATER), START).paused(RITA), SweepState.ENDED),
        (new_sweep("s", a_spec(until=LATER + MINUTE), START), SweepState.ACTIVE),
    ],
)
def test_each_state(sweep: Sweep, state: SweepState) -> None:
    """Ten hours after the start, one word says where it stands; only active and failing ones are ever due."""
    assert state is sweep.state(LATER)
    assert (state in {SweepState.ACTIVE, SweepState.FAILING}) is sweep.is_due(LATER)


def test_it_says_why_it_fails() -> None:
    """The newest failure's reason, or why nothing could be started."""
    assert "The last 3 runs failed: 1 refused" == replace(NEW, runs=FAILED).problem
    assert "The last 4 attempts started nothing: no" == replace(NEW, failed_attempts=4, last_failure="no").problem
    assert "" == NEW.problem


def test_the_first_tick_is_one_interval_after_the_beginning() -> None:
    """So that the eviction's own run has time to end."""
    assert START + HOUR == NEW.next_tick
    assert (False, True) == (NEW.is_due(START + HOUR - MINUTE), NEW.is_due(START + HOUR))


def test_pausing_and_resuming() -> None:
    """What was due while it was paused is not made up for; resuming what goes on changes nothing."""
    paused = NEW.paused(RITA)

    assert RITA == paused.paused(SAM).paused_by
    assert (None, LATER + HOUR) == ((s := paused.resumed(LATER + MINUTE)).paused_by, s.next_tick)
    assert NEW == NEW.resumed(LATER)


def test_approving() -> None:
    """The first tick comes after the approval, which is given once."""
    waiting = replace(NEW, approval_until=START + 4 * HOUR)
    approved = waiting.approved(SAM, START + 2 * HOUR + MINUTE)

    assert (SAM, START + 3 * HOUR) == (approved.approved_by, approved.next_tick)
    assert approved == approved.approved(RITA, LATER)


@pytest.mark.parametrize(
    ("sweep", "because"),
    [
        (new_sweep("s", a_spec(until=LATER), START), "Its end (until) has passed."),
        (replace(NEW, approval_until=LATER), "No second person approved it in time."),
        (NEW, ""),
    ],
)
def test_ending(sweep: Sweep, because: str) -> None:
    """It says why it ended, once."""
    ended = sweep.ended(LATER)

    assert because == ended.ended_because
    assert (LATER if because else None) == ended.ended_at
    assert ended == ended.ended(LATER + HOUR) or not because
