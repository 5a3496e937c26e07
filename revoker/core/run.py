"""A run: one accepted request, and where it stands, which is always derived from its tally."""

import secrets
import uuid
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum

from revoker.core.outcome import FAILURES, Outcome, User
from revoker.core.request import Incident, Person, Priority, Trigger

ACCESS_TOKEN_LIFE = timedelta(minutes=90)


class State(StrEnum):
    """Where a run stands."""

    AWAITING_APPROVAL = "awaiting_approval"
    ACCEPTED = "accepted"
    PLANNING = "planning"
    REVOKING = "revoking"
    VERIFYING = "verifying"
    COMPLETED = "completed"
    COMPLETED_WITH_FAILURES = "completed_with_failures"
    CANCELLED = "cancelled"
    FAILED = "failed"

    @property
    def is_final(self) -> bool:
        """Whether a run in this state has ended."""
        return self in {State.COMPLETED, State.COMPLETED_WITH_FAILURES, State.CANCELLED, State.FAILED}


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """What was accepted; ``finished_as`` is set when nothing is left to do, and moves only for the better.

    ``scans`` says that the directory is listed for it; ``incomplete`` that not everybody in its scope could be listed;
    ``approval_until`` that a second person must approve it before that moment.
    """

    id: str
    trigger: Trigger
    requested_by: Person
    reason: str
    scope: Mapping[str, object]
    priority: Priority
    issued_before: datetime
    created_at: datetime
    dry_run: bool = False
    incident: Incident | None = None
    finish_estimate: datetime | None = None
    finished_at: datetime | None = None
    finished_as: State | None = None
    cancelled_at: datetime | None = None
    retry_of: str | None = None
    retried_by: str | None = None
    sweep_id: str | None = None
    scans: bool = False
    incomplete: bool = False
    acknowledged: tuple[str, ...] = ()
    approval_until: datetime | None = None
    approved_by: Person | None = None
    approved_at: datetime | None = None
    warnings: tuple[str, ...] = ()

    @property
    def asks_for_older_sessions(self) -> bool:
        """Whether the cutoff lies before the run, so that some users may need nothing."""
        return self.issued_before < self.created_at.replace(microsecond=0)

    @property
    def awaits_approval(self) -> bool:
        """Whether nothing may be done yet."""
        decided = self.approved_by or self.cancelled_at or self.finished_at
        return self.approval_until is not None and not decided

    @property
    def started_at(self) -> datetime | None:
        """When work could begin: at once, or with the approval."""
        return self.approved_at if self.approval_until else self.created_at

    def warned(self, sentence: str) -> "Run":
        """Return this run with a warning, said once."""
        return self if sentence in self.warnings else replace(self, warnings=(*self.warnings, sentence))


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """A run's users counted by outcome; ``pending`` are those with something left to do.

    While ``planning``, more will come: ``expected`` is how many there should be, ``last_due`` when the last is due.
    """

    counts: Mapping[Outcome, int] = field(default_factory=dict)
    pending: int = 0
    last_called_at: datetime | None = None
    planning: bool = False
    expected: int = 0
    last_due: datetime | None = None

    @property
    def total(self) -> int:
        """How many users the run accounts for."""
        return sum(self.counts.values())

    def count(self, *outcomes: Outcome) -> int:
        """How many users stand at any of the outcomes."""
        return sum(self.counts.get(outcome, 0) for outcome in outcomes)

    def __add__(self, other: "Tally") -> "Tally":
        """Return both together."""
        counts = Counter(self.counts)
        counts.update(other.counts)
        return Tally(
            counts=dict(counts),
            pending=self.pending + other.pending,
            last_called_at=_later(self.last_called_at, other.last_called_at),
            planning=self.planning or other.planning,
            expected=self.expected + other.expected,
            last_due=_later(self.last_due, other.last_due),
        )

    def settled(self) -> "Tally":
        """Return a sum of shards: read one after the other, they may count a user's move once too little."""
        counts = {outcome: count for outcome, count in self.counts.items() if count > 0}
        return replace(self, counts=counts, pending=max(self.pending, 0))

    def replaced(self, before: "Tally", after: "Tally") -> "Tally":
        """Return this tally with one part counted anew."""
        counts = Counter(self.counts)
        counts.subtract(before.counts)
        counts.update(after.counts)
        return Tally(
            counts={outcome: count for outcome, count in counts.items() if count},
            pending=self.pending - before.pending + after.pending,
            last_called_at=_later(self.last_called_at, after.last_called_at),
        )


def tally(users: Iterable[User]) -> Tally:
    """Count users."""
    users = tuple(users)
    called = (user.called_at for user in users if user.called_at)
    return Tally(
        counts=Counter(user.outcome for user in users),
        pending=sum(not user.is_final for user in users),
        last_called_at=max(called, default=None),
    )


def final_state(counted: Tally, *, cancelled: bool = False, incomplete: bool = False) -> State:
    """Return how a run with nothing left to do has ended; one that missed part of its scope has failed."""
    if cancelled or incomplete:
        return State.CANCELLED if cancelled else State.FAILED
    return State.COMPLETED_WITH_FAILURES if counted.count(*FAILURES) else State.COMPLETED


def state_of(run: Run, counted: Tally) -> State:
    """Return where a run stands; nothing but its end is stored, so nothing can contradict the tally."""
    if run.finished_as:
        return run.finished_as
    if run.awaits_approval:
        return State.AWAITING_APPROVAL
    if counted.planning:
        return State.PLANNING
    if counted.count(Outcome.PLANNED, Outcome.RETRYING):
        return State.REVOKING
    return State.VERIFYING


def new_id(now: datetime) -> str:
    """Return a UUID version 7 (RFC 9562, 5.7): its order is the order of acceptance."""
    stamp = int(now.timestamp() * 1000) << 80
    noise = secrets.randbits(80) & ~(0xF << 76) & ~(0x3 << 62)
    return str(uuid.UUID(int=stamp | noise | (0x7 << 76) | (0x2 << 62)))


def _later(one: datetime | None, other: datetime | None) -> datetime | None:
    return max((moment for moment in (one, other) if moment), default=None)
