"""The body of ``POST /api/sweeps`` becomes a ``SweepSpec``; unknown fields are errors."""

from dataclasses import replace
from datetime import datetime, timedelta

from revoker.core.problems import InvalidError
from revoker.core.request import Person, Request, Trigger
from revoker.core.sweep_spec import LEAST_GAP, MOST_AHEAD, SweepSpec
from revoker.intake.fields import Fields, Parser, Wrong
from revoker.intake.http import parse_run
from revoker.intake.sweep_schedule import sweep_schedule
from revoker.intake.values import TIME, moment, prose, text

# The fields that a sweep takes from a run's body. Its lane is always the bulk one, and a dry run that repeats would
# tell no person anything.
RUN_FIELDS = (
    *("users", "groups", "roles", "filter", "allUsers", "exclude", "guests", "issuedBefore"),
    *("compromisedAt", "rotatedSince", "compromisedThumbprints", "compromisedCertificates", "trustedThumbprints"),
    *("reason", "incident", "acknowledge"),
)
_LEAST_MINUTES = LEAST_GAP // timedelta(minutes=1)
_MOST_MINUTES = MOST_AHEAD // timedelta(minutes=1)
_MOST_HOURS = MOST_AHEAD // timedelta(hours=1)
_MINUTES = f"write whole minutes, {_LEAST_MINUTES} to {_MOST_MINUTES:,}"
_HOURS = f"write whole hours, 1 to {_MOST_HOURS:,}"
_SCHEDULE = "write six fields of NCRONTAB, as in '0 0 */6 * * *'"


def parse_sweep(body: object, person: Person, now: datetime, *, may_be_over: bool = False) -> SweepSpec:
    """Return the sweep asked for; raises InvalidError, which lists every error with its path.

    The app's settings may ask for a sweep whose end has passed (``may_be_over``): the app then starts without it.
    """
    fields = Fields(body)
    spec = SweepSpec(
        name=fields.take("name", prose(100), "write a name of at most 100 characters") or "",
        run=_run(fields, person, now),
        until=_until(fields, now, may_be_over=may_be_over),
        max_age_hours=fields.take("maxSessionAgeHours", _whole(1, _MOST_HOURS), _HOURS),
        every_minutes=fields.take("everyMinutes", _whole(_LEAST_MINUTES, _MOST_MINUTES), _MINUTES),
        schedule=fields.take("schedule", _schedule, _SCHEDULE),
    )
    _require(fields, body, spec)
    fields.refuse_unknown()
    if not fields.errors and not may_be_over and spec.tick_after(now, now) is None:
        fields.wrong("until", "no tick would come before then: write a later end, or a closer schedule")
    fields.finish()
    return spec


def _run(fields: Fields, person: Person, now: datetime) -> Request:
    """Read what one run asks for, as the body of a run; by default external users are left out."""
    body: dict[str, object] = {}
    for name in RUN_FIELDS:
        value = fields.take(name, _as_it_is, "")
        if value is not None:
            body[name] = value
    try:
        request = parse_run(body, person, now)
    except InvalidError as error:
        fields.errors.extend(error.errors)
        return Request(trigger=Trigger.SCHEDULE, requested_by=person, reason="")
    return replace(request, trigger=Trigger.SCHEDULE, include_guests=request.include_guests or False)


def _until(fields: Fields, now: datetime, *, may_be_over: bool) -> datetime:
    latest = now + MOST_AHEAD
    until = fields.take("until", moment, TIME)
    span = f"write a moment ahead of now and at most 90 days: until {latest:%Y-%m-%dT%H:%M:%SZ}"
    if until is None:
        _note_missing(fields, "until", span)
    elif until > latest or (until <= now and not may_be_over):
        fields.wrong("until", span)
    return until or latest


def _require(fields: Fields, body: object, spec: SweepSpec) -> None:
    if not spec.name:
        _note_missing(fields, "name", "write a name, in 1 to 100 characters")
    _require_one(fields, body, ("issuedBefore", "maxSessionAgeHours"), "write which sessions are to end")
    _require_one(fields, body, ("everyMinutes", "schedule"), "write how often")


def _note_missing(fields: Fields, name: str, otherwise: str) -> None:
    if not any(path == name for path, _ in fields.errors):
        fields.wrong(name, f"required: {otherwise}")


def _require_one(fields: Fields, body: object, names: tuple[str, str], why: str) -> None:
    """Note an error where neither or both of two fields are given, right or wrong."""
    given = [name for name in names if isinstance(body, dict) and body.get(name) is not None]
    if len(given) != 1:
        fields.wrong(names[0], f"{why}: either {names[0]} or {names[1]}" + (", not both" if given else ""))


def _schedule(value: object) -> str | Wrong | None:
    given = text(200)(value)
    return sweep_schedule(given) if given else None


def _whole(least: int, most: int) -> Parser[int]:
    return lambda value: value if type(value) is int and least <= value <= most else None


def _as_it_is(value: object) -> object:
    return value
