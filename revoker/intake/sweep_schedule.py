"""The schedule of a sweep: six fields in UTC, with ticks that leave fifteen minutes between them."""

import re
from datetime import timedelta

from revoker.core.schedule import Schedule
from revoker.core.schedule_field import DAYS, FIELDS, MONTHS, ScheduleError
from revoker.core.sweep_spec import LEAST_GAP
from revoker.intake.fields import Wrong

_LEAST_MINUTES = LEAST_GAP // timedelta(minutes=1)
_NAMES = tuple(name.lower() for name in (*MONTHS, *DAYS))
# Names of zones as people write them: Z, +01:00, CET, Europe/Berlin, W. Europe Standard Time, (UTC+1).
_ZONE = re.compile(r"Z|[+-][0-9:]+|[A-Za-z(][\w/ .:=()+-]+")


def sweep_schedule(text: str) -> str | Wrong:
    """Return a schedule in its six fields, or what is wrong with it."""
    try:
        plain = without_zone(text)
        gap = Schedule.parse(plain).shortest_gap
    except ScheduleError as error:
        return Wrong(str(error).removesuffix("."))
    if gap < LEAST_GAP:
        return Wrong(f"two ticks would come {gap} apart: leave {_LEAST_MINUTES} minutes between them")
    return plain


def without_zone(schedule: str) -> str:
    """Return a schedule without ``UTC`` behind it; raises ScheduleError for any other zone, in front or behind."""
    zone, fields = _split(schedule.split())
    if len(fields) not in {5, 6} or not _ZONE.fullmatch(zone):
        return schedule
    if zone.upper() != "UTC":
        six = " ".join(fields if len(fields) == len(FIELDS) else ["0", *fields])
        raise ScheduleError(f"{zone!r} is not known here, times are UTC: write {six!r}, with the hour of UTC in it.")
    return " ".join(fields)


def _split(parts: list[str]) -> tuple[str, list[str]]:
    """Return zone and fields: crontab has the zone in front (``CRON_TZ=…``), people write it behind."""
    if parts and "TZ=" in parts[0].upper():
        return parts[0], parts[1:]
    for at, part in enumerate(parts):
        if not _is_field(part):
            return " ".join(parts[at:]), parts[:at]
    return "", parts


def _is_field(part: str) -> bool:
    items = re.split(r"[,/-]", part)
    return all(re.fullmatch(r"[0-9]*|\*", item) or _begins_a_name(item.lower()) for item in items)


def _begins_a_name(item: str) -> bool:
    """Whether a text is a month or a day of the week, or too short for one: ``Mo`` is no zone."""
    return len(item) > 1 and any(name.startswith(item) for name in _NAMES)
