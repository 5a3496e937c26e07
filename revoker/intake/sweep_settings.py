"""A sweep from the app's settings: read by the API's own parser, with errors that name the variable."""

import json
from collections.abc import Mapping
from datetime import datetime

from revoker.core.errors import SettingError
from revoker.core.problems import InvalidError
from revoker.core.request import Person
from revoker.core.sweep import SETTINGS_ID
from revoker.core.sweep_spec import SweepSpec
from revoker.intake.sweep import RUN_FIELDS, parse_sweep

SCOPE = "SWEEP_SCOPE"
# The field of a sweep that each variable fills; the other fields stand inside SWEEP_SCOPE.
_VARIABLES = {
    "schedule": "SWEEP_SCHEDULE",
    "issuedBefore": "SWEEP_ISSUED_BEFORE",
    "maxSessionAgeHours": "SWEEP_MAX_SESSION_AGE_HOURS",
    "until": "SWEEP_UNTIL",
}
_KNOWN = tuple(sorted({SCOPE, *_VARIABLES.values()}))
_IN_SCOPE = frozenset({"name", *RUN_FIELDS} - {"issuedBefore"})
# The requester of its runs: any person that may write the app's settings.
_PERSON = Person(SETTINGS_ID, SETTINGS_ID)


def sweep_from_settings(env: Mapping[str, str], now: datetime) -> SweepSpec | None:
    """Return the sweep that the environment asks for, or None; raises SettingError, which names the variable."""
    _refuse_unknown(env)
    given = {name: text for name in _KNOWN if (text := env.get(name, "").strip())}
    if not given:
        return None
    try:
        spec = parse_sweep(_body(given), _PERSON, now, may_be_over=True)
    except InvalidError as error:
        raise _refusal(*error.errors[0]) from error
    for shown in spec.run.display_names:
        # A role keeps its display name, and is looked up at each run; names of users and groups may be ambiguous.
        if shown.kind != "role":
            raise _refusal(shown.path, f"write the object id of {shown.text!r}")
    return spec


def _refuse_unknown(env: Mapping[str, str]) -> None:
    for name in env:
        if name.startswith("SWEEP_") and name not in _KNOWN:
            raise SettingError(f"{name} is not a setting; known are {', '.join(_KNOWN)}.")


def _body(given: Mapping[str, str]) -> dict[str, object]:
    """Return the body that asks for the same sweep."""
    body = {"name": SETTINGS_ID, "reason": "Scheduled by the app's settings.", **_scope(given.get(SCOPE, ""))}
    for field, variable in _VARIABLES.items():
        if variable in given:
            body[field] = _value(field, given[variable])
    return body


def _value(field: str, text: str) -> object:
    return int(text) if field == "maxSessionAgeHours" and text.isdecimal() and len(text) < 10 else text


def _refusal(path: str, message: str) -> SettingError:
    where = _VARIABLES.get("schedule" if path == "everyMinutes" else path, f"{SCOPE}, at {path}")
    return SettingError(f"{where}: {message}.")


def _scope(text: str) -> dict[str, object]:
    try:
        scope = json.loads(text or "{}")
    except (ValueError, RecursionError):
        scope = None
    if not isinstance(scope, dict):
        raise SettingError(f'{SCOPE} is not a JSON object: write which users to sweep, as in {{"allUsers": true}}.')
    for name in scope:
        if name not in _IN_SCOPE:
            raise SettingError(f"{SCOPE}, at {name[:100]}: unknown; known are {', '.join(sorted(_IN_SCOPE))}.")
    return scope
