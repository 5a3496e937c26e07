"""A sweep: a request that is repeated on a schedule, and what people did to it. Its ticks are in `sweep_ticks`."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from revoker.core.request import Person, Request
from revoker.core.sweep_run import SweepRun
from revoker.core.sweep_spec import SweepSpec

FAILURES_IN_A_ROW = 3
# The id of the sweep that the app's settings ask for.
SETTINGS_ID = "settings"


class SweepState(StrEnum):
    """The states of a sweep."""

    ACTIVE = "active"
    PAUSED = "paused"
    AWAITING_APPROVAL = "awaiting_approval"
    FAILING = "failing"
    ENDED = "ended"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sweep:
    """A sweep and its history; ``runs`` are the last ten, newest first.

    ``skipped`` counts ticks at which the last run was still going. ``failed_attempts`` counts the attempts in a row
    that started no run; ``last_failure`` is the last reason. ``approval_until``: a second person must approve before
    that moment. ``admitted``: the gate let the sweep pass, with the acknowledgements in ``acknowledged``.
    ``approved_size`` is the number of users that the sweep had when it was approved; None in older rows.
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
        """Whether no run may be started yet."""
        return self.approval_until is not None and self.approved_by is None

    @property
    def going(self) -> SweepRun | None:
        """The last run, unless the sweep knows that it has ended."""
        if not self.runs or self.runs[0].state is not None:
            return None
        return self.runs[0]

    @property
    def problem(self) -> str:
        """Why the sweep is failing, or an empty text: three attempts or three ended runs in a row have failed."""
        if self.failed_attempts >= FAILURES_IN_A_ROW:
            return f"The last {self.failed_attempts} attempts started nothing: {self.last_failure}"
        ended = [past for past in self.runs if past.state][:FAILURES_IN_A_ROW]
        if len(ended) == FAILURES_IN_A_ROW and all(past.failed for past in ended):
            return f"The last {len(ended)} runs failed: {ended[0].why}"
        return ""

    def state(self, now: datetime) -> SweepState:
        """Return the state of the sweep."""
        if self.ended_at or self.over(now):
            return SweepState.ENDED
        if self.awaits_approval:
            return SweepState.AWAITING_APPROVAL
        if self.paused_by:
            return SweepState.PAUSED
        if self.problem:
            return SweepState.FAILING
        return SweepState.ACTIVE

    def over(self, now: datetime) -> str:
        """Return why the sweep has to end now, or an empty text."""
        if now >= self.spec.until:
            return "Its end (until) has passed."
        if self.awaits_approval and self.approval_until and now >= self.approval_until:
            return "No second person approved it in time."
        return ""

    def is_due(self, now: datetime) -> bool:
        """Whether a tick has come that may start a run."""
        # A sweep that fails is tried at each tick: the cause may lie outside of Revoker, and be gone by then.
        may_start = self.state(now) in {SweepState.ACTIVE, SweepState.FAILING}
        return may_start and self.next_tick is not None and self.next_tick <= now

    def request(self, now: datetime) -> Request:
        """Return the request of one run. It does not pass the gate again: it brings the sweep's acknowledgements."""
        return replace(self.spec.request(self.id, now), acknowledge=self.acknowledged, approved_size=self.approved_size)

    def let_in(self, acknowledged: tuple[str, ...]) -> "Sweep":
        """Return the sweep after the gate let it pass."""
        return replace(self, admitted=True, acknowledged=acknowledged)

    def with_approved_size(self, users: int) -> "Sweep":
        """Return the sweep with its number of users; the first number stays."""
        if self.approved_size is not None:
            return self
        return replace(self, approved_size=users)

    def paused(self, person: Person) -> "Sweep":
        """Return the sweep paused."""
        return replace(self, paused_by=self.paused_by or person)

    def resumed(self, now: datetime) -> "Sweep":
        """Return the sweep resumed; ticks that came while it was paused are left out."""
        if not self.paused_by:
            return self
        return replace(self, paused_by=None, next_tick=self.upcoming(now))

    def approved(self, person: Person, now: datetime) -> "Sweep":
        """Return the sweep approved; its first tick is the next one from now."""
        if not self.awaits_approval:
            return self
        return replace(self, approved_by=person, next_tick=self.upcoming(now))

    def ended(self, now: datetime) -> "Sweep":
        """Return the sweep ended, if its end has come."""
        why = self.over(now)
        if self.ended_at or not why:
            return self
        return replace(self, ended_at=now, ended_because=why, next_tick=None)

    def renewed(self, spec: SweepSpec, now: datetime) -> "Sweep":
        """Return a new sweep by another spec under the same id, with the runs so far."""
        return replace(new_sweep(self.id, spec, now), runs=self.runs, skipped=self.skipped)

    def upcoming(self, now: datetime) -> datetime | None:
        """Return the first tick after a moment, or None where the sweep ends before it."""
        return self.spec.tick_after(now, self.created_at)


def new_sweep(sweep: str, spec: SweepSpec, now: datetime) -> Sweep:
    """Return a sweep without history; the one of the app's settings meets the gate at its first tick."""
    next_tick, admitted = spec.tick_after(now, now), sweep != SETTINGS_ID
    return Sweep(id=sweep, spec=spec, created_at=now, next_tick=next_tick, admitted=admitted)
