"""NCRONTAB: a schedule of six fields, second, minute, hour, day, month, day of the week, in UTC.

Read as NCrontab reads it from version 3.2 on, the library behind Azure's timer triggers: ``5/1`` runs from 5 to the
end of the field, day and day of the week must both hold, and a week starts with Sunday as 0. Texts that NCrontab reads
by guessing are refused: ranges that go backwards (it swaps their ends) and names of fewer than three letters (it takes
the first that fits). Source: docs/graph-facts.md#schedules.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise, product
from typing import Self

from revoker.core.schedule_field import FIELDS, ScheduleError

_HORIZON_DAYS = 366 * 8  # 29 February comes at least this often: 1896, 1904
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Schedule:
    """The seconds, minutes, hours, days, months and weekdays on which a tick is due, each in rising order."""

    seconds: tuple[int, ...]
    minutes: tuple[int, ...]
    hours: tuple[int, ...]
    days: tuple[int, ...]
    months: tuple[int, ...]
    weekdays: tuple[int, ...]

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a schedule such as ``0 */5 * * * 1-5``; raises ScheduleError."""
        parts = text.split()
        if len(parts) == len(FIELDS) - 1:
            six = " ".join(["0", *parts])
            raise ScheduleError(f"it has five fields and wants a sixth, the second, in front: write {six!r}.")
        if len(parts) != len(FIELDS):
            raise ScheduleError(
                "write six fields (second, minute, hour, day, month, day of the week): '0 0 */6 * * *'."
            )
        return cls(*(field.values(part) for field, part in zip(FIELDS, parts, strict=True)))

    def after(self, moment: datetime) -> datetime:
        """Return the first tick later than the moment, in UTC; raises ScheduleError if none comes within 8 years."""
        start = moment.astimezone(UTC).replace(microsecond=0) + timedelta(seconds=1)
        for number in range(_HORIZON_DAYS):
            day = start.date() + number * _DAY
            earliest = start.time() if number == 0 else time.min
            if self._is_on(day) and (tick := self._first(earliest)):
                return datetime.combine(day, tick, UTC)
        raise ScheduleError("no such day comes: change the day, the month or the day of the week.")

    @property
    def shortest_gap(self) -> timedelta:
        """The least time between two ticks, as if every day were like the next."""
        # Above one tick a minute the answer is a second or so; a full cross product would be 86,400 times.
        if len(self.seconds) * len(self.minutes) * len(self.hours) > 24 * 60:
            return timedelta(seconds=1)
        ticks: list[timedelta] = []
        for hour, minute, second in product(self.hours, self.minutes, self.seconds):
            ticks.append(timedelta(hours=hour, minutes=minute, seconds=second))
        tomorrow = ticks[0] + _DAY
        return min(later - sooner for sooner, later in pairwise([*ticks, tomorrow]))

    def _is_on(self, day: date) -> bool:
        return day.day in self.days and day.month in self.months and day.isoweekday() % 7 in self.weekdays

    def _first(self, earliest: time) -> time | None:
        """Return the day's first tick that is not before a time."""
        for hour in self.hours:
            if hour < earliest.hour:
                continue
            for minute, second in product(self.minutes, self.seconds):
                tick = time(hour, minute, second)
                if tick >= earliest:
                    return tick
        return None


@dataclass(frozen=True, slots=True)
class Interval:
    """A tick every so many minutes, counted from a moment."""

    minutes: int
    since: datetime

    def after(self, moment: datetime) -> datetime:
        """Return the first tick later than the moment; the very first comes one interval after ``since``."""
        step = timedelta(minutes=self.minutes)
        passed = max((moment - self.since) // step, 0)
        return (self.since + (passed + 1) * step).astimezone(UTC)


type Timetable = Schedule | Interval
