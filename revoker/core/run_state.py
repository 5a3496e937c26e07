"""The state of a run, derived from its tally: only the end is stored, so no stored state can contradict the users'."""

from revoker.core.outcome import FAILURES, Outcome
from revoker.core.run import Run, State
from revoker.core.tally import Tally


def final_state(counted: Tally, *, cancelled: bool = False, incomplete: bool = False) -> State:
    """Return the end of a run without work left; a run that missed part of its scope has failed."""
    if cancelled:
        return State.CANCELLED
    if incomplete:
        return State.FAILED
    if counted.count(*FAILURES):
        return State.COMPLETED_WITH_FAILURES
    return State.COMPLETED


def state_of(run: Run, counted: Tally) -> State:
    """Return the stored end of a run, else the state that its tally shows."""
    if run.finished_as:
        return run.finished_as
    if run.awaits_approval:
        return State.AWAITING_APPROVAL
    if counted.planning:
        return State.PLANNING
    if counted.count(Outcome.PLANNED, Outcome.RETRYING):
        return State.REVOKING
    return State.VERIFYING
