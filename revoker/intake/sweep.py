"""The body of ``POST /api/sweeps`` becomes a ``SweepSpec``; unknown fields are errors."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from revoker.core.errors import InvalidError
from revoker.core.request import Person, Request, Trigger
from revoker.core.schedule import Schedule
from revoker.core.schedule_field import DAYS, FIELDS, MONTHS, ScheduleError
from revoker.core.sweep_spec import LEAST_GAP, MOST_AHEAD, SweepSpec
from revoker.intake.fields import Fields, moment, text
from revoker.intake.http import parse_run

# What a sweep asks for, as a run does; its lane is the bulk one, and a dry run again and again would tell nobody.
ASKED = (
    *("users", "groups", "roles", "filter", "allUsers", "exclude", "guests", "issuedBefore"),
    *("compromisedAt", "compromisedThumbprints", "reason", "incident", "acknowledge"),
)
_LEAST_MINUTES = LEAST_GAP // timedelta(minutes=1)
_MOST_MINUTES = MOST_AHEAD // timedelta(minutes=1)
_MOST_HOURS = MOST_AHEAD // timedelta(hours=1)
_MINUTES = f"write whole minutes, {_LEAST_MINUTES} to {_MOST_MINUTES:,}"
_NAMES = tuple(name.lower() for name in (*MONTHS, *DAYS))


def parse_sweep(body: object, person: Person, now: datetime, *, may_be_over: bool = False) -> SweepSpec:
    """Return the sweep asked for; raises InvalidError, which lists every error with its path.

    What stands in the app's settings stays there when its time is over: ``may_be_over`` lets that pass.
    """
    fields = Fields(body)
    spec = SweepSpec(
        name=fields.take("name", text(100), "write a name of at most 100 characters") or "",
        run=_asked(fields, person, now),
        until=_until(fields, now, may_be_over=may_be_over),
        max_age_hours=fields.take("maxSessionAgeHours", _whole(1, _MOST_HOURS), f"write hours, 1 to {_MOST_HOURS:,}"),
        every_minutes=fields.take("everyMinutes", _whole(_LEAST_MINUTES, _MOST_MINUTES), _MINUTES),
        schedule=_schedule(fields),
    )
    _required(fields, "name", given=bool(spec.name), otherwise="say what it is called, in 1 to 100 characters")
    _either(fields, body, ("issuedBefore", "maxSessionAgeHours"), "write which sessions are to end")
    _either(fields, body, ("everyMinutes", "schedule"), "write how often")
    fields.refuse_unknown()
    if not fields.errors and not may_be_over and spec.tick_after(now, now) is None:
        fields.wrong("until", "nothing would be due before then: write a later end, or a closer schedule")
    fields.finish()
    return spec


def _asked(fields: Fields, person: Person, now: datetime) -> Request:
    """Read what a run of it asks for, as a run's own body is read; guests cannot be helped, so they are left out."""
    body = {name: value for name in ASKED if (value := fields.take(name, _as_it_is, "")) is not None}
    try:
        asked = parse_run(body, person, now)
    except InvalidError as error:
        fields.errors.extend(error.errors)
        return Request(trigger=Trigger.SCHEDULE, requested_by=person, reason="")
    return replace(asked, trigger=Trigger.SCHEDULE, include_guests=asked.include_guests or False)


def _until(fields: Fields, now: datetime, *, may_be_over: bool) -> datetime:
    latest = now + MOST_AHEAD
    until = fields.take("until", moment, "write an RFC 3339 time with its offset, as in 2026-06-30T00:00:00Z")
    span = f"write a moment ahead of now and at most 90 days: until {latest:%Y-%m-%dT%H:%M:%SZ}"
    if until is None:
        _required(fields, "until", given=False, otherwise=span)
    elif until > latest or (until <= now and not may_be_over):
        fields.wrong("until", span)
    return until or latest


def _schedule(fields: Fields) -> str | None:
    given = fields.take("schedule", text(200), "write six fields of NCRONTAB, as in '0 0 */6 * * *'")
    if given is None:
        return None
    try:
        plain = without_zone(given)
        gap = Schedule.parse(plain).shortest_gap
    except ScheduleError as error:
        fields.wrong("schedule", str(error))
        return None
    if gap < LEAST_GAP:
        fields.wrong("schedule", f"two ticks would come {gap} apart: leave {_LEAST_MINUTES} minutes between them")
    return plain


def without_zone(schedule: str) -> str:
    """Return a schedule without ``UTC`` behind it; raises ScheduleError for any other zone, in front or behind."""
    parts = schedule.split()
    if parts and "TZ=" in parts[0].upper():
        zone, fields = parts[0], parts[1:]
    else:
        plain = next((at for at, part in enumerate(parts) if not _is_field(part)), len(parts))
        zone, fields = " ".join(parts[plain:]), parts[:plain]
    if len(fields) not in {5, 6} or not re.fullmatch(r"Z|[+-][0-9:]+|[A-Za-z(][\w/ .:=()+-]+", zone):
        return schedule
    if zone.upper() != "UTC":
        six = " ".join(fields if len(fields) == len(FIELDS) else ["0", *fields])
        raise ScheduleError(f"{zone!r} is not known here, times are UTC: write {six!r}, with the hour of UTC in it.")
    return " ".join(fields)


def _is_field(part: str) -> bool:
    items = re.split(r"[,/-]", part)
    return all(re.fullmatch(r"[0-9]*|\*", item) or (len(item) > 2 and _is_name(item.lower())) for item in items)


def _is_name(item: str) -> bool:
    return any(name.startswith(item) for name in _NAMES)


def _required(fields: Fields, name: str, *, given: bool, otherwise: str) -> None:
    if not given and not any(path == name for path, _ in fields.errors):
        fields.wrong(name, f"required: {otherwise}")


def _either(fields: Fields, body: object, names: tuple[str, str], why: str) -> None:
    """Note it where neither or both of two fields are given, right or wrong."""
    given = [name for name in names if isinstance(body, dict) and body.get(name) is not None]
    if len(given) != 1:
        fields.wrong(names[0], f"{why}: either {names[0]} or {names[1]}" + (", not both" if given else ""))


def _whole(least: int, most: int) -> Callable[[object], int | None]:
    return lambda value: value if type(value) is int and least <= value <= most else None


def _as_it_is(value: object) -> object:
    return value
