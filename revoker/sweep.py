"""A sweep: what is asked for again and again, and how it has gone so far. Pure."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from revoker.request import Person, Request
from revoker.run import State
from revoker.sweep_request import SweepRequest
from revoker.sweep_run import Ran

APPROVE_WITHIN = timedelta(hours=4)
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

    ``skipped`` counts ticks that found a run still going, ``stumbles`` the attempts in a row that could not start one,
    with the last reason in ``stumble``. ``approval_until`` is set where a second person must agree first;
    ``admitted`` once the gate let it pass, with what was acknowledged there. ``weighed`` is how many users it was made
    for; rows from before that was kept do not say.
    """

    id: str
    wish: SweepRequest
    created_at: datetime
    next_tick: datetime | None
    approval_until: datetime | None = None
    approved_by: Person | None = None
    admitted: bool = True
    acknowledged: tuple[str, ...] = ()
    weighed: int | None = None
    paused_by: Person | None = None
    runs: tuple[Ran, ...] = ()
    skipped: int = 0
    stumbles: int = 0
    stumble: str = ""
    ended_at: datetime | None = None
    ended_because: str = ""

    @property
    def awaits_approval(self) -> bool:
        """Whether nothing may be started yet."""
        return self.approval_until is not None and self.approved_by is None

    @property
    def going(self) -> Ran | None:
        """The last run, if it is not known to have ended."""
        return self.runs[0] if self.runs and self.runs[0].state is None else None

    @property
    def problem(self) -> str:
        """Why it is failing, or nothing."""
        if self.stumbles >= FAILURES_IN_A_ROW:
            return f"The last {self.stumbles} attempts started nothing: {self.stumble}"
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
        if now >= self.wish.until:
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
        return replace(self.wish.request(self.id, now), acknowledge=self.acknowledged, weighed=self.weighed)

    def let_in(self, acknowledged: tuple[str, ...]) -> "Sweep":
        """Return the sweep past the gate."""
        return replace(self, admitted=True, acknowledged=acknowledged)

    def weighed_as(self, users: int) -> "Sweep":
        """Return the sweep with how many users it is for; the first count stays."""
        return replace(self, weighed=users) if self.weighed is None else self

    def started(self, tick: datetime, run: str, now: datetime) -> "Sweep":
        """Return the sweep with a tick's run; the same run again changes nothing, and missed ticks become this one."""
        if any(ran.run == run for ran in self.runs):
            return self
        runs = (Ran(run=run, tick=tick, started_at=now), *self.runs)[:_KEPT_RUNS]
        return replace(self._past(tick, now), runs=runs, stumbles=0, stumble="")

    def passed_over(self, tick: datetime, now: datetime) -> "Sweep":
        """Return the sweep with a tick skipped, because the last run was still going."""
        return replace(self._past(tick, now), skipped=self.skipped + 1) if self.next_tick == tick else self

    def stumbled(self, tick: datetime, why: str) -> "Sweep":
        """Return the sweep after an attempt that could not start a run; the tick stays due."""
        return replace(self, stumbles=self.stumbles + 1, stumble=why) if self.next_tick == tick else self

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

    def renewed(self, wish: SweepRequest, now: datetime) -> "Sweep":
        """Return a new sweep in its place, which knows what was run."""
        return replace(new_sweep(self.id, wish, now), runs=self.runs, skipped=self.skipped)

    def _past(self, tick: datetime, now: datetime) -> "Sweep":
        return replace(self, next_tick=self._upcoming(now)) if self.next_tick == tick else self

    def _upcoming(self, now: datetime) -> datetime | None:
        return self.wish.tick_after(now, self.created_at)


def new_sweep(sweep: str, wish: SweepRequest, now: datetime) -> Sweep:
    """Return a sweep that nothing has happened to; that of the settings meets the gate at its first tick."""
    next_tick, admitted = wish.tick_after(now, now), sweep != SETTINGS_ID
    return Sweep(id=sweep, wish=wish, created_at=now, next_tick=next_tick, admitted=admitted)
