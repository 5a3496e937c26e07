"""What was typed becomes the body of ``POST /api/sweeps``."""

from collections.abc import Callable
from dataclasses import fields
from datetime import datetime, timedelta
from typing import Any

from revoker.cli.ending import UsageError
from revoker.cli.typed.asked import Shown
from revoker.cli.typed.body import Body, said, whom
from revoker.cli.typed.durations import duration, whole
from revoker.cli.typed.json_file import json_file
from revoker.cli.typed.starting import SweepNew

_HOUR, _MINUTE = timedelta(hours=1), timedelta(minutes=1)
_LONGEST = timedelta(days=90)  # by the API's rule, which speaks of the moment that the sweep ends


def sweep_body(asked: SweepNew, now: datetime, tell: Callable[[str], None], *, local: bool) -> Any:  # noqa: ANN401 - JSON
    """Return the body of a sweep, from options or as its file has it; raises UsageError."""
    if asked.file:
        _file_alone(asked)
        return json_file(asked.file)
    return _from_options(asked, now, tell, local=local)


def _file_alone(asked: SweepNew) -> None:
    """Raise UsageError for an option beside a file: the file says all, and the option would count for nothing."""
    common = {one.name for one in fields(Shown)}
    for field in fields(asked):
        if field.name not in {*common, "file"} and getattr(asked, field.name):
            option = f"--{field.name.strip('_').replace('_', '-')}"
            raise UsageError(f"{asked.file} says all of the sweep: write {option} into it, or leave the file out.")


def _from_options(asked: SweepNew, now: datetime, tell: Callable[[str], None], *, local: bool) -> Body:
    if not asked.every or not asked.for_:
        raise UsageError("A sweep needs --every and --for, as in --every 1h --for 14d, or a FILE of JSON.")
    body = whom(asked, now, tell, local=local)
    if not asked.issued_before and not asked.max_age:
        raise UsageError("Which sessions? Give --issued-before TIME (the eviction), or --max-age, as in 24h.")
    body["name"] = asked.name or asked.reason
    body["everyMinutes"] = whole("--every", asked.every, _MINUTE)
    body["until"] = (now + _lifetime(asked.for_)).strftime("%Y-%m-%dT%H:%M:%SZ")
    if asked.max_age:
        body["maxSessionAgeHours"] = whole("--max-age", asked.max_age, _HOUR)
    return said(body)


def _lifetime(text: str) -> timedelta:
    length = duration("--for", text)
    if length > _LONGEST:
        raise UsageError(f"--for {text}: a sweep lasts 90d at most; create another one then.")
    return length
