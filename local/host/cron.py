"""NCRONTAB, the six fields of a timer's schedule: second, minute, hour, day, month, day of the week, in UTC."""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Self

BOUNDS = ((0, 59), (0, 59), (0, 23), (1, 31), (1, 12), (0, 6))
HORIZON = timedelta(days=366 * 8)  # 29 February comes at least this often


class ScheduleError(ValueError):
    """A schedule is not six fields of numbers, `*`, lists, ranges and steps, or never comes."""


@dataclass(frozen=True, slots=True)
class Schedule:
    """The seconds, minutes, hours, days, months and weekdays on which a timer fires."""

    fields: tuple[tuple[int, ...], ...]

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a schedule such as `0 */5 * * * 1-5`."""
        parts = text.split()
        if len(parts) != len(BOUNDS):
            raise ScheduleError(f"{text!r}: {ScheduleError.__doc__}")
        return cls(tuple(_field(part, *bounds) for part, bounds in zip(parts, BOUNDS, strict=True)))

    def after(self, moment: datetime) -> datetime:
        """Return the first tick later than the moment."""
        moment = moment.astimezone(UTC)
        day = moment.date()
        while day - moment.date() < HORIZON:
            if self._on(day.day, day.month, day.isoweekday() % 7):
                for tick in self._ticks():
                    if (found := datetime.combine(day, tick)) > moment:
                        return found
            day += timedelta(days=1)
        raise ScheduleError(ScheduleError.__doc__)

    def _on(self, day: int, month: int, weekday: int) -> bool:
        return day in self.fields[3] and month in self.fields[4] and weekday in self.fields[5]

    def _ticks(self) -> Iterator[time]:
        seconds, minutes, hours = self.fields[:3]
        for clock in itertools.product(hours, minutes, seconds):
            yield time(*clock, tzinfo=UTC)


def _field(text: str, low: int, high: int) -> tuple[int, ...]:
    try:
        values = {value for item in text.split(",") for value in _item(item, low, high)}
    except ValueError:
        raise ScheduleError(f"{text!r}: {ScheduleError.__doc__}") from None
    if not values or min(values) < low or max(values) > high:
        raise ScheduleError(f"{text!r} is not within {low}-{high}.")
    return tuple(sorted(values))


def _item(text: str, low: int, high: int) -> range:
    span, _, step = text.partition("/")
    first, _, last = span.partition("-")
    if span == "*":
        return range(low, high + 1, int(step or 1))
    end = int(last) if last else high if step else int(first)
    return range(int(first), end + 1, int(step or 1))
