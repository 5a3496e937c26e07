"""A sweep: what is asked for again and again, and how it has gone so far. Pure."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from revoker.core.request import Person, Request
from revoker.core.run import State
from revoker.core.sweep_run import SweepRun
from revoker.core.sweep_spec import SweepSpec

FAILURES_IN_A_ROW = 3
# The id of the one that the app's settings ask for.
SETTINGS_ID = "settings"
_KEPT_RUNS = 10


class SweepState(StrEnum):
    """Where a sweep stands."""

    ACTIVE = "active"
    PAUSED = "paused"
    AWAITING_APPROVAL = "awaiting_approval"
    FAILING = "failing"
    ENDED = "ended"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sweep:
    """A sweep and its life; ``runs`` are the last ones, newest first.

    ``skipped`` counts ticks that found a run still going. ``failed_attempts`` counts the attempts in a row that started
    none; ``last_failure`` is the last reason. ``approval_until`` is set where a second person must agree first.
    ``admitted`` is set once the gate let it pass, with what was acknowledged there. ``approved_size`` is how many users
    the sweep had when it was approved; None in rows from before that was kept.
    """

    id: str
    spec: SweepSpec
    created_at: datetime
    next_tick: datetime | None
    approval_until: datetime | None = None
    approved_by: Person | None = None
    admitted: bool = True
    acknowledged: tuple[str, ...] = ()
    approved_size: int | None = None
    paused_by: Person | None = None
    runs: tuple[SweepRun, ...] = ()
    skipped: int = 0
    failed_attempts: int = 0
    last_failure: str = ""
    ended_at: datetime | None = None
    ended_because: str = ""

    @property
    def awaits_approval(self) -> bool:
        """Whether nothing may be started yet."""
        return self.approval_until is not None and self.approved_by is None

    @property
    def going(self) -> SweepRun | None:
        """The last run, if it is not known to have ended."""
        return self.runs[0] if self.runs and self.runs[0].state is None else None

    @property
    def problem(self) -> str:
        """Why it is failing, or nothing."""
        if self.failed_attempts >= FAILURES_IN_A_ROW:
            return f"The last {self.failed_attempts} attempts started nothing: {self.last_failure}"
        ended = [ran for ran in self.runs if ran.state][:FAILURES_IN_A_ROW]
        if len(ended) == FAILURES_IN_A_ROW and all(ran.failed for ran in ended):
            return f"The last {len(ended)} runs failed: {ended[0].why}"
        return ""

    def state(self, now: datetime) -> SweepState:
        """Return where it stands."""
        if self.ended_at or self.over(now):
            return SweepState.ENDED
        if self.awaits_approval:
            return SweepState.AWAITING_APPROVAL
        if self.paused_by:
            return SweepState.PAUSED
        return SweepState.FAILING if self.problem else SweepState.ACTIVE

    def over(self, now: datetime) -> str:
        """Return why it is to end now, or nothing."""
        if now >= self.spec.until:
            return "Its time is over."
        if self.awaits_approval and self.approval_until and now >= self.approval_until:
            return "Nobody approved it in time."
        return ""

    def is_due(self, now: datetime) -> bool:
        """Whether a tick has come and may start something."""
        may = self.state(now) in {SweepState.ACTIVE, SweepState.FAILING}
        return may and self.next_tick is not None and self.next_tick <= now

    def request(self, now: datetime) -> Request:
        """Return what a run of it asks for: the gate is not asked again, what was acknowledged there is shown."""
        return replace(self.spec.request(self.id, now), acknowledge=self.acknowledged, approved_size=self.approved_size)

    def let_in(self, acknowledged: tuple[str, ...]) -> "Sweep":
        """Return the sweep past the gate."""
        return replace(self, admitted=True, acknowledged=acknowledged)

    def with_approved_size(self, users: int) -> "Sweep":
        """Return the sweep with how many users it is for; the first count stays."""
        return replace(self, approved_size=users) if self.approved_size is None else self

    def started(self, tick: datetime, run: str, now: datetime) -> "Sweep":
        """Return the sweep with a tick's run; the same run again changes nothing, and missed ticks become this one."""
        if any(ran.run == run for ran in self.runs):
            return self
        runs = (SweepRun(run=run, tick=tick, started_at=now), *self.runs)[:_KEPT_RUNS]
        return replace(self._past(tick, now), runs=runs, failed_attempts=0, last_failure="")

    def passed_over(self, tick: datetime, now: datetime) -> "Sweep":
        """Return the sweep with a tick skipped, because the last run was still going."""
        return replace(self._past(tick, now), skipped=self.skipped + 1) if self.next_tick == tick else self

    def attempt_failed(self, tick: datetime, why: str) -> "Sweep":
        """Return the sweep after an attempt that could not start a run; the tick stays due."""
        return (
            replace(self, failed_attempts=self.failed_attempts + 1, last_failure=why)
            if self.next_tick == tick
            else self
        )

    def learned(self, run: str, state: State, why: str) -> "Sweep":
        """Return the sweep knowing how one of its runs ended."""
        known = (replace(ran, state=state, why=why) if ran.run == run else ran for ran in self.runs)
        return replace(self, runs=tuple(known))

    def paused(self, person: Person) -> "Sweep":
        """Return the sweep paused."""
        return replace(self, paused_by=self.paused_by or person)

    def resumed(self, now: datetime) -> "Sweep":
        """Return the sweep going on; what was due in between is not made up for."""
        return replace(self, paused_by=None, next_tick=self._upcoming(now)) if self.paused_by else self

    def approved(self, person: Person, now: datetime) -> "Sweep":
        """Return the sweep approved, its first tick still to come."""
        return replace(self, approved_by=person, next_tick=self._upcoming(now)) if self.awaits_approval else self

    def ended(self, now: datetime) -> "Sweep":
        """Return the sweep at its end, if that has come."""
        why = self.over(now)
        return replace(self, ended_at=now, ended_because=why, next_tick=None) if why and not self.ended_at else self

    def renewed(self, spec: SweepSpec, now: datetime) -> "Sweep":
        """Return a new sweep in its place, which knows what was run."""
        return replace(new_sweep(self.id, spec, now), runs=self.runs, skipped=self.skipped)

    def _past(self, tick: datetime, now: datetime) -> "Sweep":
        return replace(self, next_tick=self._upcoming(now)) if self.next_tick == tick else self

    def _upcoming(self, now: datetime) -> datetime | None:
        return self.spec.tick_after(now, self.created_at)


def new_sweep(sweep: str, spec: SweepSpec, now: datetime) -> Sweep:
    """Return a sweep that nothing has happened to; that of the settings meets the gate at its first tick."""
    next_tick, admitted = spec.tick_after(now, now), sweep != SETTINGS_ID
    return Sweep(id=sweep, spec=spec, created_at=now, next_tick=next_tick, admitted=admitted)
