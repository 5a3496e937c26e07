"""Moments as the page shows them. Pure.

A page without a script cannot know its reader's time zone. So the request says which offset to show beside UTC, and
the page says where that offset came from.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone


@dataclass(frozen=True, slots=True)
class Clock:
    """Shows moments in UTC, and beside it at an offset, where one was asked for."""

    offset: timedelta | None = None

    @property
    def zone(self) -> str:
        """How the offset is written: UTC+01:00; empty without one, and where it is UTC."""
        if not self.offset:
            return ""
        sign = "-" if self.offset < timedelta() else "+"
        minutes = round(abs(self.offset).total_seconds() / 60)
        return f"UTC{sign}{minutes // 60:02}:{minutes % 60:02}"

    def both(self, text: object) -> str:
        """Return a moment of the status: 2026-11-25 15:54:55 UTC (16:54:55 UTC+01:00); empty for None."""
        if not isinstance(text, str):
            return ""
        at = datetime.fromisoformat(text)
        shown = f"{at.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"
        if not self.offset:
            return shown
        here = at.astimezone(timezone(self.offset))
        # The date again where it is another one there: half past midnight is easily taken for the wrong day.
        if here.date() != at.astimezone(UTC).date():
            return f"{shown} ({here:%Y-%m-%d %H:%M:%S} {self.zone})"
        return f"{shown} ({here:%H:%M:%S} {self.zone})"


def utc(at: datetime | None) -> str:
    """Return a moment for a table that says UTC in its title; empty for None."""
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M:%S}" if at else ""


def length(seconds: float) -> str:
    """Return a length of time: 42 s, 12:05 min, 1:04:42 h."""
    whole = round(seconds)
    hours, minutes = whole // 3600, whole // 60 % 60
    if hours:
        return f"{hours}:{minutes:02}:{whole % 60:02} h"
    if minutes:
        return f"{minutes}:{whole % 60:02} min"
    return f"{whole} s"
