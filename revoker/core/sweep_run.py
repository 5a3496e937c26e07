"""One run of a sweep, as the sweep remembers it."""

from dataclasses import dataclass, replace
from datetime import datetime

from revoker.core.outcome import FAILURES
from revoker.core.run import Run, State
from revoker.core.tally import Tally


@dataclass(frozen=True, slots=True, kw_only=True)
class SweepRun:
    """One run of a sweep: ``state`` once it has ended, and ``why`` in words if it failed.

    ``excused``: it failed for users in a restricted management administrative unit alone, which no sweep can mend.
    """

    run: str
    tick: datetime
    started_at: datetime
    state: State | None = None
    why: str = ""
    excused: bool = False

    @property
    def failed(self) -> bool:
        """Whether it ended with work undone."""
        return self.state in {State.FAILED, State.COMPLETED_WITH_FAILURES} and not self.excused

    def ended(self, state: State, why: str, *, excused: bool = False) -> "SweepRun":
        """Return this run with its end."""
        return replace(self, state=state, why=why, excused=excused)


def why_failed(run: Run, counted: Tally) -> str:
    """Return in words what an ended run left undone, or an empty text."""
    left: list[str] = []
    if run.finished_as is State.FAILED:
        left += run.warnings[-1:]
    for outcome in sorted(FAILURES):
        if count := counted.count(outcome):
            left.append(f"{count} {outcome}")
    if run.finished_as is State.FAILED and not left:
        left.append("its scope could not be listed to the end")
    if not left:
        return ""
    return f"{run.finished_as}: {', '.join(left)}"
