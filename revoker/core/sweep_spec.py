"""What a sweep asks for again and again, when, and until when. Pure."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from revoker.core.request import Priority, Request
from revoker.core.schedule import Interval, Schedule, Timetable
from revoker.core.schedule_field import ScheduleError

MOST_AHEAD = timedelta(days=90)
LEAST_GAP = timedelta(minutes=15)


@dataclass(frozen=True, slots=True, kw_only=True)
class SweepSpec:
    """What is asked for, and when: exactly one of each pair is set.

    The cutoff is fixed (``run.issued_before``), or slides along so many hours before each run (``max_age_hours``).
    """

    name: str
    run: Request
    until: datetime
    max_age_hours: int | None = None
    every_minutes: int | None = None
    schedule: str | None = None

    def tick_after(self, moment: datetime, since: datetime) -> datetime | None:
        """Return the next tick before the end, or None; ``since`` is when intervals began."""
        times: Timetable = Schedule.parse(self.schedule) if self.schedule else Interval(self.every_minutes or 0, since)
        try:
            tick = times.after(moment)
        except ScheduleError:
            return None
        return tick if tick < self.until else None

    def request(self, sweep: str, now: datetime) -> Request:
        """Return what a run of it asks for: never in the urgent lane, and with the cutoff as of now where it slides."""
        cutoff = now - timedelta(hours=self.max_age_hours) if self.max_age_hours else self.run.issued_before
        return replace(self.run, issued_before=cutoff, priority=Priority.BULK, sweep_id=sweep)
