"""From the body of POST /api/sweeps to a request, or to every error at once, each with a remedy."""

from datetime import timedelta

import pytest
from hypothesis import given
from support.fakes import START
from support.strategies import JSON
from support.sweeping import RITA

from revoker.core.problems import InvalidError
from revoker.core.request import Incident, Request, Scope, Target, Trigger
from revoker.core.sweep_spec import SweepSpec
from revoker.intake.sweep import parse_sweep

GROUP = "00000000-0000-4000-8000-000000000009"
BODY = {
    "name": "after the eviction",
    "allUsers": True,
    "issuedBefore": "2026-03-01T00:00:00Z",
    "everyMinutes": 60,
    "until": "2026-04-01T00:00:00Z",
    "reason": "INC-1042",
}


def body(**changes: object) -> dict[str, object]:
    """Return a good body with changes; None takes a field away."""
    return {name: value for name, value in {**BODY, **changes}.items() if value is not None}


def errors(given: object) -> dict[str, str]:
    """Return what is wrong with a body, by path."""
    with pytest.raises(InvalidError) as error:
        parse_sweep(given, RITA, START)
    return dict(error.value.errors)


def test_everything_at_once() -> None:
    """Each field reaches its place; a run of it comes through the clock's door, and guests are left out."""
    spec = parse_sweep(
        body(
            users=["Alice@contoso.com"],
            groups=[GROUP],
            roles=["privileged"],
            filter="department eq 'Sales'",
            allUsers=None,
            exclude={"users": ["ben@contoso.com"], "groups": [GROUP]},
            compromisedAt="2026-02-01T00:00:00Z",
            incident={"number": 7},
            acknowledge=["federation_not_rotated"],
            everyMinutes=None,
            schedule=" 0 0 */6 * * *  UTC",
        ),
        RITA,
        START,
    )

    assert spec == SweepSpec(
        name="after the eviction",
        until=START.replace(month=4, day=1, hour=0),
        schedule="0 0 */6 * * *",
        run=Request(
            trigger=Trigger.SCHEDULE,
            requested_by=RITA,
            reason="INC-1042",
            targets=(Target(requested_as="Alice@contoso.com", name="alice@contoso.com"),),
            scope=Scope(groups=(GROUP,), roles=("privileged",), filter="department eq 'Sales'"),
            exclude_users=frozenset({"ben@contoso.com"}),
            exclude_groups=(GROUP,),
            issued_before=START.replace(day=1, hour=0),
            compromised_at=START.replace(month=2, day=1, hour=0),
            include_guests=False,
            incident=Incident(number=7),
            acknowledge=("federation_not_rotated",),
        ),
    )


def test_a_sliding_cutoff_and_an_interval() -> None:
    """Hours and minutes are whole numbers, each in place of its twin."""
    spec = parse_sweep(body(issuedBefore=None, maxSessionAgeHours=12, guests="include"), RITA, START)

    assert (None, 12, 60, None) == (spec.run.issued_before, spec.max_age_hours, spec.every_minutes, spec.schedule)
    assert spec.run.include_guests


UNTIL = "write a moment ahead of now and at most 90 days: until 2026-05-31T09:00:00Z"


@pytest.mark.parametrize(
    ("changes", "path", "says"),
    [
        ({"until": "2026-03-02T09:00:00Z"}, "until", UNTIL),
        ({"until": "2026-03-01T00:00:00Z"}, "until", UNTIL),
        ({"until": "2026-05-31T09:00:01Z"}, "until", UNTIL),
        ({"until": None}, "until", f"required: {UNTIL}"),
        ({"until": "2026-04-01T00:00:00 CEST"}, "until", "is no time: write an RFC 3339 time with its offset"),
        ({"until": "2026-04-01T00:00:00"}, "until", "has no offset: write 2026-04-01T00:00:00Z for UTC"),
        ({"until": "2026-03-02T09:30:00Z"}, "until", "no tick would come before then"),
        ({"everyMinutes": None, "schedule": "0 0 0 30 2 *"}, "until", "no tick would come before then"),
        ({"maxSessionAgeHours": 5}, "issuedBefore", "either issuedBefore or maxSessionAgeHours, not both"),
        ({"issuedBefore": None}, "issuedBefore", "either issuedBefore or maxSessionAgeHours"),
        ({"schedule": "0 0 * * * *"}, "everyMinutes", "either everyMinutes or schedule, not both"),
        ({"everyMinutes": None}, "everyMinutes", "either everyMinutes or schedule"),
        ({"issuedBefore": "2026-03-02T12:00:00Z"}, "issuedBefore", "that has passed"),
        ({"issuedBefore": None, "maxSessionAgeHours": 0}, "maxSessionAgeHours", "write whole hours, 1 to 2,160"),
        ({"issuedBefore": None, "maxSessionAgeHours": 1.5}, "maxSessionAgeHours", "write whole hours, 1 to 2,160"),
        ({"issuedBefore": None, "maxSessionAgeHours": True}, "maxSessionAgeHours", "write whole hours, 1 to 2,160"),
        ({"everyMinutes": 14}, "everyMinutes", "write whole minutes, 15 to 129,600"),
        ({"everyMinutes": "60"}, "everyMinutes", "write whole minutes, 15 to 129,600"),
        ({"everyMinutes": None, "schedule": 5}, "schedule", "write six fields"),
        ({"everyMinutes": None, "schedule": "*/30 * * * *"}, "schedule", "write '0 */30 * * * *'"),
        ({"everyMinutes": None, "schedule": "*/30 * * * * UTC"}, "schedule", "write '0 */30 * * * *'"),
        ({"everyMinutes": None, "schedule": "0 */14 * * * *"}, "schedule", "0:04:00 apart: leave 15 minutes"),
        ({"everyMinutes": None, "schedule": "0 0 25 * * *"}, "schedule", "'25' is no hour"),
        ({"everyMinutes": None, "schedule": "0 0/1 * * * *"}, "schedule", "0:01:00 apart: leave 15 minutes"),
        ({"everyMinutes": None, "schedule": "0 0 6 * * Mo"}, "schedule", "too short for a day of the week: write Mon"),
        ({"everyMinutes": None, "schedule": "0 0 6 * * Su,We"}, "schedule", "'Su' is too short for a day of the week"),
        ({"allUsers": None}, "users", "no users are named"),
        ({"allUsers": False}, "users", "no users are named"),
        ({"allUsers": None, "users": ["alice@"]}, "users[0]", "write an object id"),
        ({"allUsers": None, "groups": ["7"]}, "groups[0]", "write a group's object id"),
        ({"reason": None}, "reason", "required"),
        ({"name": None}, "name", "required"),
        ({"name": "x" * 101}, "name", "at most 100 characters"),
        ({"dryRun": True}, "dryRun", "unknown field; known are: acknowledge, allUsers"),
        ({"priority": "urgent"}, "priority", "unknown field"),
        ({"exclude": {"?": 1}}, "exclude.?", "unknown field"),
    ],
    ids=repr,
)
def test_every_bad_input_has_its_path_and_a_remedy(changes: dict[str, object], path: str, says: str) -> None:
    """One thing wrong is one error, at its own path, which says what to write instead."""
    found = errors(body(**changes))

    assert [path] == list(found)
    assert says in found[path]


@pytest.mark.parametrize(
    ("schedule", "zone", "six"),
    [
        ("0 0 9 * * * Europe/Berlin", "Europe/Berlin", "0 0 9 * * *"),
        ("0 9 * * 1-5 Europe/Berlin", "Europe/Berlin", "0 0 9 * * 1-5"),
        ("0 0 9 * Jan Mon W. Europe Standard Time", "W. Europe Standard Time", "0 0 9 * Jan Mon"),
        ("CRON_TZ=Asia/Tokyo 0 0 9 * * *", "CRON_TZ=Asia/Tokyo", "0 0 9 * * *"),
        ("0 0 9 * * * +02:00", "+02:00", "0 0 9 * * *"),
        ("0 0 9 * * * EST", "EST", "0 0 9 * * *"),
        ("0 0 9 * * * Z", "Z", "0 0 9 * * *"),
    ],
)
def test_a_time_zone_is_refused_with_the_rest(schedule: str, zone: str, six: str) -> None:
    """Times are UTC; the message shows the schedule without its zone, in six fields."""
    found = errors(body(everyMinutes=None, schedule=schedule))

    assert {
        "schedule": f"{zone!r} is not known here, times are UTC: write {six!r}, with the hour of UTC in it"
    } == found


def test_everything_wrong_is_told_at_once() -> None:
    """Errors of the request and of the sweep come together."""
    assert {"name", "issuedBefore", "everyMinutes", "until", "reason", "x"} == set(errors({"allUsers": True, "x": 1}))


def test_settings_may_have_run_out() -> None:
    """What stands in the settings is still read when its time is over, but never beyond ninety days."""
    over = body(until="2026-03-01T00:00:00Z")

    assert parse_sweep(over, RITA, START, may_be_over=True).until < START
    with pytest.raises(InvalidError):
        parse_sweep(body(until="2026-07-01T00:00:00Z"), RITA, START, may_be_over=True)


@given(JSON)
def test_any_json_is_a_sweep_or_an_error(given: object) -> None:
    """Nothing else is raised, whatever comes."""
    with pytest.raises(InvalidError):
        parse_sweep(given, RITA, START)


@given(JSON)
def test_any_schedule_is_read_or_refused(given: object) -> None:
    """Whatever stands in place of a schedule, nothing but an error of its path is raised."""
    try:
        parse_sweep(body(everyMinutes=None, schedule=given), RITA, START + timedelta(0))
    except InvalidError as error:
        paths = {path for path, _ in error.errors}
    else:
        paths = {"schedule"}

    assert paths <= {"schedule", "everyMinutes", "until"}
