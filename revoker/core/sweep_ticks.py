"""What a tick of a sweep, and the run that it starts, leave in the sweep's history.

The timer may fire on two workers for one tick: it is skipped once, and a run that was started is never forgotten::

    worker A  09:00 tick skipped, the last run still goes on ──> next_tick 10:00, skipped 1
    worker B  09:00 tick skipped                              ──> next_tick is not 09:00 any more: unchanged
    worker C  09:00 run r started                             ──> r is kept, next_tick stays 10:00
"""

from dataclasses import replace
from datetime import datetime

from revoker.core.run import State
from revoker.core.sweep import Sweep
from revoker.core.sweep_run import SweepRun

_KEPT_RUNS = 10


def run_started(sweep: Sweep, tick: datetime, run: str, now: datetime) -> Sweep:
    """Return the sweep with the run of a tick. Ticks that were missed meanwhile start no run of their own."""
    if any(past.run == run for past in sweep.runs):
        return sweep
    # Also where another worker skipped this tick meanwhile: the run was accepted, so the sweep must learn how it ends.
    runs = (SweepRun(run=run, tick=tick, started_at=now), *sweep.runs)[:_KEPT_RUNS]
    return replace(_past_tick(sweep, tick, now), runs=runs, failed_attempts=0, last_failure="")


def tick_skipped(sweep: Sweep, tick: datetime, now: datetime) -> Sweep:
    """Return the sweep with a tick skipped because the last run was still going."""
    if sweep.next_tick != tick:  # another worker had the tick
        return sweep
    return replace(_past_tick(sweep, tick, now), skipped=sweep.skipped + 1)


def attempt_failed(sweep: Sweep, tick: datetime, why: str) -> Sweep:
    """Return the sweep after an attempt that could not start a run; the tick stays due."""
    if sweep.next_tick != tick:
        return sweep
    return replace(sweep, failed_attempts=sweep.failed_attempts + 1, last_failure=why)


def run_ended(sweep: Sweep, run: str, state: State, why: str, *, excused: bool = False) -> Sweep:
    """Return the sweep with the end of one of its runs; a run that has left its history changes nothing."""
    runs = [*sweep.runs]
    for index, past in enumerate(runs):
        if past.run == run:
            runs[index] = past.ended(state, why, excused=excused)
    return replace(sweep, runs=tuple(runs))


def _past_tick(sweep: Sweep, tick: datetime, now: datetime) -> Sweep:
    if sweep.next_tick != tick:
        return sweep
    return replace(sweep, next_tick=sweep.upcoming(now))
