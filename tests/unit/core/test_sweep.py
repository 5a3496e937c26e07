"""What a sweep is at each moment of its life, and how it moves from one to the next."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from support.fakes import START
from support.strategies import MOMENTS
from support.sweeping import RITA, SAM, SWEEPS, a_spec, ran

from revoker.adapters.tables.sweep_rows import sweep_of, sweep_row
from revoker.core.outcome import Outcome
from revoker.core.request import Priority, Trigger
from revoker.core.run import Run, State
from revoker.core.sweep import Sweep, SweepState, new_sweep
from revoker.core.sweep_run import why_failed
from revoker.core.tally import Tally

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
NEW = new_sweep("s", a_spec(), START)
LATER = START + 10 * HOUR
FAILED = tuple(ran(number, State.COMPLETED_WITH_FAILURES, "1 refused") for number in (3, 2, 1))


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
        (replace(NEW, runs=(ran(4), *FAILED)), SweepState.FAILING),
        (replace(NEW, runs=FAILED).paused(RITA), SweepState.PAUSED),
        (replace(NEW, runs=FAILED[:2]), SweepState.ACTIVE),
        (replace(NEW, runs=(ran(4, State.COMPLETED), *FAILED)), SweepState.ACTIVE),
        (replace(NEW, runs=(ran(4, State.CANCELLED), *FAILED)), SweepState.ACTIVE),
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


def test_starting_moves_to_the_next_tick_to_come() -> None:
    """Ticks that were missed, as while the app was down, become the one that is started."""
    tick = START + HOUR
    sweep = replace(NEW, failed_attempts=2, last_failure="why").started(tick, "r", LATER + MINUTE)

    assert LATER + HOUR == sweep.next_tick
    assert (("r", tick, None), 0, "") == (
        (sweep.runs[0].run, sweep.runs[0].tick, sweep.runs[0].state),
        sweep.failed_attempts,
        sweep.last_failure,
    )
    assert sweep == sweep.started(tick, "r", LATER + 5 * HOUR)


def test_a_run_is_kept_even_where_its_tick_was_given_up() -> None:
    """Another instance skipped the tick while this one started its run: it must be known that it goes on."""
    tick = START + HOUR
    sweep = NEW.passed_over(tick, tick).started(tick, "r", tick)

    assert ("r", START + 2 * HOUR) == (sweep.runs[0].run, sweep.next_tick)


def test_skipping_counts_once() -> None:
    """A tick that two instances skip is one."""
    tick = START + HOUR
    sweep = NEW.passed_over(tick, tick)

    assert (1, START + 2 * HOUR) == (sweep.skipped, sweep.next_tick)
    assert sweep == sweep.passed_over(tick, tick)


def test_stumbling_keeps_the_tick() -> None:
    """What could not be started is tried again, unless another instance did it."""
    tick = START + HOUR

    assert (tick, 1, "why") == ((s := NEW.attempt_failed(tick, "why")).next_tick, s.failed_attempts, s.last_failure)
    assert (s := NEW.started(tick, "r", tick)) == s.attempt_failed(tick, "why")


def test_ten_runs_are_kept() -> None:
    """The last ones, newest first."""
    sweep = NEW
    for number in range(15):
        sweep = sweep.started(START + number * HOUR, f"r{number}", START + number * HOUR)

    assert [f"r{number}" for number in range(14, 4, -1)] == [run.run for run in sweep.runs]


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


def test_no_tick_lies_beyond_the_end() -> None:
    """The last tick is before the end; after it there is none."""
    spec = a_spec(until=START + 2 * HOUR)

    assert START + HOUR == spec.tick_after(START, START)
    assert None is spec.tick_after(START + HOUR, START)
    assert None is a_spec(schedule="0 0 0 30 2 *").tick_after(START, START)


def test_a_run_of_it() -> None:
    """In the bulk lane, by the clock's door, with the fixed cutoff."""
    request = a_spec().request("s", LATER)

    assert (Trigger.SCHEDULE, Priority.BULK, "s", START) == (
        request.trigger,
        request.priority,
        request.sweep_id,
        request.issued_before,
    )


def test_a_sliding_cutoff() -> None:
    """So many hours before the run, whenever that is."""
    assert LATER - 3 * HOUR == a_spec(max_age_hours=3).request("s", LATER).issued_before


RUN = Run(
    id="r",
    trigger=Trigger.SCHEDULE,
    requested_by=RITA,
    reason="x",
    scope={},
    priority=Priority.BULK,
    issued_before=START,
    created_at=START,
)


@pytest.mark.parametrize(
    ("state", "warnings", "counts", "why"),
    [
        (State.COMPLETED, (), {Outcome.VERIFIED: 3}, ""),
        (
            State.COMPLETED_WITH_FAILURES,
            ("w",),
            {Outcome.REFUSED: 3, Outcome.NOT_FOUND: 1, Outcome.VERIFIED: 1},
            "completed_with_failures: 1 not_found, 3 refused",
        ),
        (State.FAILED, ("w", "the group is gone"), {}, "failed: the group is gone"),
        (State.FAILED, (), {Outcome.REFUSED: 1}, "failed: 1 refused"),
        (State.FAILED, (), {}, "failed: its scope could not be listed to the end"),
    ],
)
def test_why_a_run_failed(state: State, warnings: tuple[str, ...], counts: dict[Outcome, int], why: str) -> None:
    """Outcomes counted, and what the run itself says of its scope."""
    assert why == why_failed(replace(RUN, finished_as=state, warnings=warnings), Tally(counts=counts))


@given(SWEEPS, MOMENTS)
def test_due_is_never_before_the_tick(sweep: Sweep, moment: datetime) -> None:
    """Whatever has happened to it, a sweep is due at its tick or later, and afterwards its next one lies ahead."""
    if not sweep.is_due(moment):
        return
    assert sweep.next_tick is not None
    after = sweep.started(sweep.next_tick, "new", moment)

    assert sweep.next_tick <= moment
    assert after.next_tick is None or moment < after.next_tick < sweep.spec.until
