"""What a sweep asks for at each tick, when its ticks come, and until when."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from revoker.core.request import Priority, Request
from revoker.core.schedule import Interval, Schedule, Timetable
from revoker.core.schedule_field import ScheduleError

MOST_AHEAD = timedelta(days=90)
LEAST_GAP = timedelta(minutes=15)


@dataclass(frozen=True, slots=True, kw_only=True)
class SweepSpec:
    """A sweep as asked for. Exactly one of each pair is set.

    The cutoff is fixed (``run.issued_before``), or lies ``max_age_hours`` before each run. Ticks come
    ``every_minutes``, or by ``schedule``.
    """

    name: str
    run: Request
    until: datetime
    max_age_hours: int | None = None
    every_minutes: int | None = None
    schedule: str | None = None

    def tick_after(self, moment: datetime, since: datetime) -> datetime | None:
        """Return the next tick before the end, or None; intervals count from ``since``."""
        times: Timetable = Interval(self.every_minutes or 0, since)
        if self.schedule:
            times = Schedule.parse(self.schedule)
        try:
            tick = times.after(moment)
        except ScheduleError:
            return None
        if tick >= self.until:
            return None
        return tick

    def request(self, sweep: str, now: datetime) -> Request:
        """Return the request of one run, always in the bulk lane; ``max_age_hours`` is counted back from now."""
        cutoff = self.run.issued_before
        if self.max_age_hours:
            cutoff = now - timedelta(hours=self.max_age_hours)
        return replace(self.run, issued_before=cutoff, priority=Priority.BULK, sweep_id=sweep)
