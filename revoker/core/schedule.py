"""NCRONTAB, the six fields of a schedule: second, minute, hour, day, month, day of the week, in UTC. Pure.

As NCrontab reads them, which is what Azure's timers use: day and day of the week must both hold, a week starts with
Sunday as 0, and ``50/5`` runs from 50 to the field's end. What NCrontab guesses at is refused: ranges that go
backwards (it swaps their ends) and names of fewer than three letters (it takes the first that fits).
"""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise, product
from typing import Self

MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
          "December")  # fmt: skip
DAYS = ("Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday")
_HORIZON_DAYS = 366 * 8  # 29 February comes at least this often
_DAY = timedelta(days=1)


class ScheduleError(ValueError):
    """A text is not a schedule, or one that never comes; the sentence says what to write instead."""


@dataclass(frozen=True, slots=True)
class Field:
    """What one of the six may hold."""

    title: str
    low: int
    high: int
    names: tuple[str, ...] = ()

    def values(self, text: str) -> tuple[int, ...]:
        """Return the values that a text such as ``1,5-9,*/15`` stands for, in order."""
        return tuple(sorted({value for item in text.split(",") for value in self._item(item)}))

    def _item(self, text: str) -> range:
        span, slash, given = text.partition("/")
        step = self._number(given, 1, self.high) if slash else 1
        if span == "*":
            return range(self.low, self.high + 1, step)
        first, dash, last = span.partition("-")
        low = self._value(first)
        high = self._value(last) if dash else (self.high if step > 1 else low)
        if low > high:
            raise ScheduleError(f"{text!r} goes backwards: write two ranges, or the values with commas between.")
        return range(low, high + 1, step)

    def _value(self, text: str) -> int:
        fitting = [at for at, name in enumerate(self.names) if len(text) > 2 and name.lower().startswith(text.lower())]
        return self.low + fitting[0] if fitting else self._number(text, self.low, self.high)

    def _number(self, text: str, low: int, high: int) -> int:
        if not re.fullmatch("[0-9]{1,4}", text) or not low <= int(text) <= high:
            names = f", or a name as in {self.names[0][:3]}" if self.names else ""
            raise ScheduleError(f"{text!r} is no {self.title}: write {low} to {high}{names}.")
        return int(text)


FIELDS = (
    Field("second", 0, 59),
    Field("minute", 0, 59),
    Field("hour", 0, 23),
    Field("day", 1, 31),
    Field("month", 1, 12, MONTHS),
    Field("day of the week", 0, 6, DAYS),
)


@dataclass(frozen=True, slots=True)
class Schedule:
    """The seconds, minutes, hours, days, months and weekdays on which something is due."""

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
            if self._is_on(day) and (tick := self._first(start.time() if number == 0 else time.min)):
                return datetime.combine(day, tick, UTC)
        raise ScheduleError("no such day comes: change the day, the month or the day of the week.")

    @property
    def shortest_gap(self) -> timedelta:
        """The least time between two ticks, as if every day were like the next."""
        if len(self.seconds) * len(self.minutes) * len(self.hours) > 24 * 60:
            return timedelta(seconds=1)
        ticks = [
            timedelta(hours=h, minutes=m, seconds=s) for h, m, s in product(self.hours, self.minutes, self.seconds)
        ]
        return min(later - sooner for sooner, later in pairwise([*ticks, ticks[0] + _DAY]))

    def _is_on(self, day: date) -> bool:
        return day.day in self.days and day.month in self.months and day.isoweekday() % 7 in self.weekdays

    def _first(self, at: time) -> time | None:
        """Return the day's first tick that is not before a time."""
        return next(
            (
                time(hour, minute, second)
                for hour in self.hours
                if hour >= at.hour
                for minute in self.minutes
                if (hour, minute) >= (at.hour, at.minute)
                for second in self.seconds
                if (hour, minute, second) >= (at.hour, at.minute, at.second)
            ),
            None,
        )


@dataclass(frozen=True, slots=True)
class Interval:
    """Every so many minutes, counted from a moment."""

    minutes: int
    since: datetime

    def after(self, moment: datetime) -> datetime:
        """Return the first tick later than the moment; the first of all comes one interval after ``since``."""
        step = timedelta(minutes=self.minutes)
        passed = max((moment - self.since) // step, 0)
        return (self.since + (passed + 1) * step).astimezone(UTC)


type Timetable = Schedule | Interval
