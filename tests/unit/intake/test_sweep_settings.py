"""A sweep from the environment: read like a body, refused by the variable's name."""

import json

import pytest
from hypothesis import given, strategies as st
from support.fakes import START

from revoker.core.errors import SettingError
from revoker.core.request import Person, Scope
from revoker.intake.sweep_settings import sweep_from_settings
from revoker.settings import load

GROUP = "00000000-0000-4000-8000-000000000009"
ENV = {
    "SWEEP_SCHEDULE": "0 0 */6 * * *",
    "SWEEP_SCOPE": '{"allUsers": true}',
    "SWEEP_ISSUED_BEFORE": "2026-03-01T00:00:00Z",
    "SWEEP_UNTIL": "2026-04-01T00:00:00Z",
}


def env(**changes: str | None) -> dict[str, str]:
    """Return a good environment with changes; None takes a variable away."""
    return {name: text for name, text in {**ENV, **changes}.items() if text is not None}


def test_without_them_there_is_no_sweep() -> None:
    """Absent and empty variables are the same."""
    assert None is sweep_from_settings({"PATH": "/"}, START)
    assert None is sweep_from_settings(dict.fromkeys(ENV, " "), START)


def test_the_sweep_of_the_settings() -> None:
    """It is called by what it is, and asked for by whoever wrote the settings."""
    spec = load(env(), START).sweep
    assert spec is not None

    assert ("settings", "0 0 */6 * * *", START.replace(day=1, hour=0)) == (
        spec.name,
        spec.schedule,
        spec.run.issued_before,
    )
    assert (Person("settings", "settings"), "Scheduled by the app's settings.", Scope(all_users=True)) == (
        spec.run.requested_by,
        spec.run.reason,
        spec.run.scope,
    )


def test_a_scope_may_say_more() -> None:
    """What a body says of whom and why, with a sliding cutoff."""
    scope = {"groups": [GROUP], "exclude": {"users": ["a@b"]}, "reason": "INC-7", "name": "n", "guests": "include"}
    spec = sweep_from_settings(
        env(SWEEP_SCOPE=json.dumps(scope), SWEEP_ISSUED_BEFORE=None, SWEEP_MAX_SESSION_AGE_HOURS="12"), START
    )
    assert spec is not None

    assert (12, "INC-7", "n", (GROUP,), frozenset({"a@b"}), True) == (
        spec.max_age_hours,
        spec.run.reason,
        spec.name,
        spec.run.scope.groups,
        spec.run.exclude_users,
        spec.run.include_guests,
    )


def test_a_sweep_that_is_over_does_not_stop_the_app() -> None:
    """Weeks later the settings may still be there: the sweep is then listed as ended."""
    assert sweep_from_settings(env(SWEEP_UNTIL="2026-03-01T00:00:00Z"), START) is not None


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"SWEEP_SCHEDULE": None}, "SWEEP_SCHEDULE: write how often"),
        ({"SWEEP_SCHEDULE": "*/5 * * * *"}, "SWEEP_SCHEDULE: it has five fields"),
        ({"SWEEP_SCHEDULE": "0 * * * * *"}, "SWEEP_SCHEDULE: two ticks would come 0:01:00 apart"),
        ({"SWEEP_SCHEDULE": "0 0 9 * * * Europe/Berlin"}, "SWEEP_SCHEDULE: 'Europe/Berlin' is not known"),
        ({"SWEEP_SCOPE": None}, "SWEEP_SCOPE, at users: no users are named"),
        ({"SWEEP_SCOPE": "{}"}, "SWEEP_SCOPE, at users: no users are named"),
        ({"SWEEP_SCOPE": "allUsers"}, "SWEEP_SCOPE is not a JSON object"),
        ({"SWEEP_SCOPE": "[]"}, "SWEEP_SCOPE is not a JSON object"),
        ({"SWEEP_SCOPE": '{"users": ["x"]}'}, "SWEEP_SCOPE, at users[0]: write the object id of 'x'"),
        ({"SWEEP_SCOPE": '{"until": 1}'}, "SWEEP_SCOPE, at until: unknown"),
        ({"SWEEP_ISSUED_BEFORE": None}, "SWEEP_ISSUED_BEFORE: write which sessions"),
        ({"SWEEP_ISSUED_BEFORE": "yesterday"}, "SWEEP_ISSUED_BEFORE: 'yesterday' is no time: write an RFC 3339 time"),
        ({"SWEEP_MAX_SESSION_AGE_HOURS": "5"}, "SWEEP_ISSUED_BEFORE: write which sessions are to end: either"),
        (
            {"SWEEP_ISSUED_BEFORE": None, "SWEEP_MAX_SESSION_AGE_HOURS": "many"},
            "SWEEP_MAX_SESSION_AGE_HOURS: write whole hours, 1 to 2,160",
        ),
        (
            {"SWEEP_ISSUED_BEFORE": None, "SWEEP_MAX_SESSION_AGE_HOURS": "\u00b2"},
            "SWEEP_MAX_SESSION_AGE_HOURS: write whole hours, 1 to 2,160",
        ),
        ({"SWEEP_UNTIL": None}, "SWEEP_UNTIL: required"),
        ({"SWEEP_UNTIL": "2026-07-01T00:00:00Z"}, "SWEEP_UNTIL: write a moment ahead of now and at most 90 days"),
        ({"SWEEP_UNITL": "x"}, "SWEEP_UNITL is not a setting; known are SWEEP_ISSUED_BEFORE"),
    ],
    ids=repr,
)
def test_a_bad_variable_stops_the_app_by_its_name(changes: dict[str, str | None], says: str) -> None:
    """Whatever is wrong names the variable and says what to write instead."""
    with pytest.raises(SettingError) as error:
        load(env(**changes), START)

    assert says in str(error.value)


@given(st.sampled_from([*ENV, "SWEEP_MAX_SESSION_AGE_HOURS"]), st.text())
def test_no_text_surprises(name: str, value: str) -> None:
    """Any text is a setting or a SettingError that names a variable."""
    try:
        sweep_from_settings(env(**{name: value}), START)
    except SettingError as error:
        said = str(error)
    else:
        said = "SWEEP_"

    assert "SWEEP_" in said
