"""What a tick leaves in a sweep: the run that it started, a tick skipped, an attempt that failed."""

from dataclasses import replace
from datetime import datetime, timedelta

from hypothesis import given
from support.fakes import START
from support.strategies import MOMENTS
from support.sweeping import SWEEPS, a_spec

from revoker.core.sweep import Sweep, new_sweep
from revoker.core.sweep_ticks import attempt_failed, run_started, tick_skipped

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
NEW = new_sweep("s", a_spec(), START)
LATER = START + 10 * HOUR


def test_starting_moves_to_the_next_tick_to_come() -> None:
    """Ticks that were missed, as while the app was down, become the one that is started."""
    tick = START + HOUR
    sweep = run_started(replace(NEW, failed_attempts=2, last_failure="why"), tick, "r", LATER + MINUTE)

    assert LATER + HOUR == sweep.next_tick
    assert (("r", tick, None), 0, "") == (
        (sweep.runs[0].run, sweep.runs[0].tick, sweep.runs[0].state),
        sweep.failed_attempts,
        sweep.last_failure,
    )
    assert sweep == run_started(sweep, tick, "r", LATER + 5 * HOUR)


def test_a_run_is_kept_even_where_its_tick_was_given_up() -> None:
    """Another instance skipped the tick while this one started its run: it must be known that it goes on."""
    tick = START + HOUR
    sweep = run_started(tick_skipped(NEW, tick, tick), tick, "r", tick)

    assert ("r", START + 2 * HOUR) == (sweep.runs[0].run, sweep.next_tick)


def test_skipping_counts_once() -> None:
    """A tick that two instances skip is one."""
    tick = START + HOUR
    sweep = tick_skipped(NEW, tick, tick)

    assert (1, START + 2 * HOUR) == (sweep.skipped, sweep.next_tick)
    assert sweep == tick_skipped(sweep, tick, tick)


def test_stumbling_keeps_the_tick() -> None:
    """What could not be started is tried again, unless another instance did it."""
    tick = START + HOUR

    assert (tick, 1, "why") == ((s := attempt_failed(NEW, tick, "why")).next_tick, s.failed_attempts, s.last_failure)
    assert (s := run_started(NEW, tick, "r", tick)) == attempt_failed(s, tick, "why")


def test_ten_runs_are_kept() -> None:
    """The last ones, newest first."""
    sweep = NEW
    for number in range(15):
        sweep = run_started(sweep, START + number * HOUR, f"r{number}", START + number * HOUR)

    assert [f"r{number}" for number in range(14, 4, -1)] == [run.run for run in sweep.runs]


@given(SWEEPS, MOMENTS)
def test_due_is_never_before_the_tick(sweep: Sweep, moment: datetime) -> None:
    """Whatever has happened to it, a sweep is due at its tick or later, and afterwards its next one lies ahead."""
    if not sweep.is_due(moment):
        return
    assert sweep.next_tick is not None
    after = run_started(sweep, sweep.next_tick, "new", moment)

    assert sweep.next_tick <= moment
    assert after.next_tick is None or moment < after.next_tick < sweep.spec.until
