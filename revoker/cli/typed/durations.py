"""Lengths of time as typed: 90s, 15m, 1h, 14d, 2w, or explained."""

import re
from datetime import timedelta

from revoker.cli.ending import UsageError

_LONGEST = timedelta(days=366)  # a slip of the finger; a sweep ends after 90 days, by the API's rule
# Written out, so that 3mo is refused: taken for minutes, a sweep for three months would end after three minutes.
_UNITS = {
    **dict.fromkeys(("s", "sec", "secs", "second", "seconds"), timedelta(seconds=1)),
    **dict.fromkeys(("m", "min", "mins", "minute", "minutes"), timedelta(minutes=1)),
    **dict.fromkeys(("h", "hr", "hrs", "hour", "hours"), timedelta(hours=1)),
    **dict.fromkeys(("d", "day", "days"), timedelta(days=1)),
    **dict.fromkeys(("w", "week", "weeks"), timedelta(weeks=1)),
}


def duration(option: str, text: str) -> timedelta:
    """Return a length of time of at most a year; raises UsageError."""
    found = re.fullmatch(r"(\d{1,9})\s*([a-z]+)", text.strip().lower())
    unit = found and _UNITS.get(found[2])
    if not found or not unit or int(found[1]) == 0:
        raise UsageError(f"{option} {text} is no length of time: write a number and a unit, as in 90s, 15m, 1h or 14d.")
    if int(found[1]) > _LONGEST // unit:
        raise UsageError(f"{option} {text} is more than a year.")
    return int(found[1]) * unit


def whole(option: str, text: str, unit: timedelta) -> int:
    """Return a length of time in whole minutes or hours; raises UsageError for any other, which is not rounded."""
    length = duration(option, text)
    if length % unit:
        name, example = {1: ("hours", "24h")}.get(unit // timedelta(hours=1), ("minutes", "30m"))
        raise UsageError(f"{option} {text}: it counts in whole {name}, as in {example}.")
    return length // unit
