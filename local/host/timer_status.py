"""When a timer fires next, and whether it has missed a tick: the real host's arithmetic, pure.

Of a schedule that comes at most once a minute the host remembers what it did, across restarts
(webjobs-sdk-extensions: TimerListener, ScheduleMonitor). Two cases surprise, here for a timer of every full minute:

    the host is away from 10:00:30 to 10:05:20   it fires once, at 10:05:20, as past due
    a run takes from 10:00:00 to 10:02:10        it fires once more, at 10:02:10; then at 10:03:00
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from revoker.core.schedule import Schedule

MONITORED = timedelta(minutes=1)
NEVER = datetime(1, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Status:
    """When a timer last fired, when it is to fire next, and the moment from which that was reckoned."""

    last: datetime
    next: datetime
    updated: datetime

    @classmethod
    def fresh(cls, schedule: Schedule, now: datetime) -> "Status":
        """Return the status of a timer that never fired."""
        return cls(NEVER, schedule.after(now), now)

    def after_run(self, schedule: Schedule, began: datetime, *, planned: bool) -> "Status":
        """Return the status after a run that began at a moment; a tick that passed meanwhile comes at once.

        A run that a clock woke a moment before its planned tick counts as begun at the tick, or it would come twice.
        """
        if planned:
            began = max(began, self.next)
        return Status(began, schedule.after(began), began)

    def to_row(self) -> dict[str, str]:
        """Return the values as texts."""
        return {"Last": self.last.isoformat(), "Next": self.next.isoformat(), "LastUpdated": self.updated.isoformat()}

    @classmethod
    def from_row(cls, row: Mapping[str, str]) -> "Status":
        """Read what was kept."""
        return cls(*(datetime.fromisoformat(row[name]) for name in ("Last", "Next", "LastUpdated")))


def is_monitored(schedule: Schedule, now: datetime) -> bool:
    """Whether the host keeps a status: not where ticks follow each other within a minute."""
    following = schedule.after(now)
    return schedule.after(following) - following >= MONITORED


def resume(kept: Status, schedule: Schedule, now: datetime) -> Status:
    """Return the status to go on with after a restart; one of another schedule begins anew, as not past due."""
    reckoned_from = kept.updated
    if kept.last > NEVER:
        reckoned_from = kept.last
    expected = schedule.after(reckoned_from)
    if kept.next == expected:
        return kept
    if now > expected:
        return Status.fresh(schedule, now)
    return Status(NEVER, expected, kept.updated)
