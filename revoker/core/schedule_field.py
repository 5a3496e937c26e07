"""One field of a schedule, such as the minute: which texts it takes, and which values they stand for."""

import re
from dataclasses import dataclass

MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
          "December")  # fmt: skip
DAYS = ("Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday")


class ScheduleError(ValueError):
    """A text is not a schedule, or its day never comes; the sentence says what to write instead."""


@dataclass(frozen=True, slots=True)
class Field:
    """A field's title, its lowest and highest value, and the names of its values where they have any."""

    title: str
    low: int
    high: int
    names: tuple[str, ...] = ()

    def values(self, text: str) -> tuple[int, ...]:
        """Return the values that a text such as ``1,5-9,*/15`` stands for, in order; raises ScheduleError."""
        found: set[int] = set()
        for item in text.split(","):
            found.update(self._item(item))
        return tuple(sorted(found))

    def _item(self, text: str) -> range:
        """Read one item between commas: ``7``, ``5-9``, ``*``, or one of them with a step, as ``*/15``."""
        span, slash, given = text.partition("/")
        step = self._number(given, 1, self.high) if slash else 1
        if span == "*":
            return range(self.low, self.high + 1, step)
        first, dash, last = span.partition("-")
        low = high = self._value(first)
        if dash:
            high = self._value(last)
        elif slash:  # 0/1 in the hour is every hour, as 0/2 is every second one
            high = self.high
        if low > high:
            raise ScheduleError(f"{text!r} goes backwards: write two ranges, or the values with commas between.")
        return range(low, high + 1, step)

    def _value(self, text: str) -> int:
        fitting = [at for at, name in enumerate(self.names) if text and name.lower().startswith(text.lower())]
        if not fitting:
            return self._number(text, self.low, self.high)
        if len(text) < 3:
            meant = " or ".join(self.names[at][:3] for at in fitting)
            raise ScheduleError(f"{text!r} is too short for a {self.title}: write {meant}.")
        return self.low + fitting[0]

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
