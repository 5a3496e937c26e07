"""A sweep from the app's settings, for whom a timer is enough: the same parser as the API's, errors by variable."""

import json
from collections.abc import Mapping
from datetime import datetime

from revoker.core.errors import InvalidError, SettingError
from revoker.core.request import Person
from revoker.core.sweep import SETTINGS_ID
from revoker.core.sweep_spec import SweepSpec
from revoker.intake.sweep import ASKED, parse_sweep

_VARIABLES = {
    "schedule": "SWEEP_SCHEDULE",
    "everyMinutes": "SWEEP_SCHEDULE",
    "issuedBefore": "SWEEP_ISSUED_BEFORE",
    "maxSessionAgeHours": "SWEEP_MAX_SESSION_AGE_HOURS",
    "until": "SWEEP_UNTIL",
}
SCOPE = "SWEEP_SCOPE"
_IN_SCOPE = frozenset({"name", *ASKED} - {"issuedBefore"})
# By whom its runs are asked for: whoever may write the app's settings.
_PERSON = Person(SETTINGS_ID, SETTINGS_ID)


def declared_sweep(env: Mapping[str, str], now: datetime) -> SweepSpec | None:
    """Return the sweep that the environment asks for, if it does; raises SettingError, which names the variable."""
    ours = sorted({SCOPE, *_VARIABLES.values()})
    for name in env:
        if name.startswith("SWEEP_") and name not in ours:
            raise SettingError(f"{name} is not a setting; known are {', '.join(ours)}.")
    given = {name: text for name in ours if (text := env.get(name, "").strip())}
    if not given:
        return None
    body = {"name": SETTINGS_ID, "reason": "Scheduled by the app's settings.", **_scope(given.get(SCOPE, ""))}
    timed = {path: given[name] for path, name in _VARIABLES.items() if name in given and path != "everyMinutes"}
    hours = timed.get("maxSessionAgeHours", "")
    try:
        whole = {"maxSessionAgeHours": int(hours)} if hours.isdecimal() and len(hours) < 10 else {}
        return parse_sweep({**body, **timed, **whole}, _PERSON, now, may_be_over=True)
    except InvalidError as error:
        path, message = error.errors[0]
        raise SettingError(f"{_VARIABLES.get(path, f'{SCOPE}, at {path}')}: {message}.") from error


def _scope(text: str) -> dict[str, object]:
    try:
        scope = json.loads(text or "{}")
    except (ValueError, RecursionError):
        scope = None
    if not isinstance(scope, dict):
        raise SettingError(f'{SCOPE} is not a JSON object: write whom to sweep, as in {{"allUsers": true}}.')
    for name in scope.keys() - _IN_SCOPE:
        raise SettingError(f"{SCOPE}, at {name[:100]}: unknown; known are {', '.join(sorted(_IN_SCOPE))}.")
    return scope
