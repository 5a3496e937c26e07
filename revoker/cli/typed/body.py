"""What was typed becomes the body of ``POST /api/runs`` or ``/api/sweeps``; what fields mean is checked by the API."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from revoker.cli.ending import UsageError
from revoker.cli.typed import users_file
from revoker.cli.typed.moments import duration, past_moment
from revoker.cli.typed.names import groups, users
from revoker.cli.typed.odata import odata_filter
from revoker.cli.typed.roles import role_ids
from revoker.cli.typed.starting import Run, Sentinel, SweepNew, Whom
from revoker.cli.typed.trust import trust_fields

type Body = dict[str, object]


def run_body(asked: Run, now: datetime, tell: Callable[[str], None], *, local: bool) -> Body:
    """Return the body of a run, without what was not said; raises UsageError. ``tell`` says how a file was read."""
    body = _whom(asked, now, tell, local=local)
    body["priority"] = asked.priority
    body["dryRun"] = asked.dry_run
    if not _scope_of(body):
        raise UsageError("Whom? Give --user, --users-file, --group, --role, --filter or --all-users.")
    return _said(body)


# A dry run has settled these: said again, they could only contradict it.
_SETTLED = (
    *("user", "users_file", "column", "group", "role", "filter", "all_users", "exclude_user", "exclude_group"),
    *("guests", "issued_before", "compromised_at", "rotated_since", "thumbprint", "compromised_certificate"),
    *("trusted_thumbprint", "dry_run"),
)


def plan_body(asked: Run) -> Body:
    """Return the body that applies a dry run; raises UsageError where more is said of its users."""
    given = [name for name in _SETTLED if getattr(asked, name)]
    if given:
        option = f"--{given[0].replace('_', '-')}"
        raise UsageError(f"--plan applies a dry run as it is: leave out {option}, or start a new dry run with it.")
    body: Body = {
        "reason": asked.reason,
        "acknowledge": asked.acknowledge,
        "includeNew": asked.include_new,
        "priority": asked.priority,
        "incident": _incident(asked),
    }
    return _said(body)


def sentinel_query(asked: Sentinel, now: datetime, *, local: bool) -> dict[str, str | int]:
    """Return the options of a Sentinel body as a query."""
    query = {
        "issuedBefore": past_moment("--issued-before", asked.issued_before, now, local=local),
        "cooldownMinutes": asked.cooldown_minutes,
        "dryRun": "true" if asked.dry_run else None,
    }
    return {name: value for name, value in query.items() if value is not None}


def sweep_body(asked: SweepNew, now: datetime, tell: Callable[[str], None], *, local: bool) -> Body:
    """Return the body of a sweep from options; raises UsageError."""
    if not asked.every or not asked.for_:
        raise UsageError("A sweep needs --every and --for, as in --every 1h --for 14d, or a FILE of JSON.")
    body = _whom(asked, now, tell, local=local)
    if not _scope_of(body):
        raise UsageError("Whom? Give --user, --users-file, --group, --role, --filter or --all-users.")
    if not asked.issued_before and not asked.max_age:
        raise UsageError("Which sessions? Give --issued-before TIME (the eviction), or --max-age, as in 24h.")
    body["name"] = asked.name or asked.reason
    body["everyMinutes"] = duration("--every", asked.every) // timedelta(minutes=1)
    body["until"] = (now + duration("--for", asked.for_)).strftime("%Y-%m-%dT%H:%M:%SZ")
    if asked.max_age:
        body["maxSessionAgeHours"] = duration("--max-age", asked.max_age) // timedelta(hours=1)
    return _said(body)


def _whom(asked: Whom, now: datetime, tell: Callable[[str], None], *, local: bool) -> Body:
    if not asked.reason or not asked.reason.strip():
        raise UsageError(
            "Why? Give --reason TEXT, as in --reason 'stolen cookie, INC-1042': it stands in the evidence."
        )
    exclude = {
        "users": users("--exclude-user", asked.exclude_user or ()),
        "groups": groups("--exclude-group", asked.exclude_group or ()),
    }
    return {
        "users": [*users("--user", asked.user or ()), *_from_file(asked, tell)],
        "groups": groups("--group", asked.group or ()),
        "roles": role_ids(asked.role or []),
        "filter": odata_filter(asked.filter),
        "allUsers": asked.all_users,
        "exclude": _said(exclude),
        "guests": asked.guests,
        "issuedBefore": past_moment("--issued-before", asked.issued_before, now, local=local),
        **trust_fields(asked, now, local=local),
        "acknowledge": asked.acknowledge,
        "incident": _incident(asked),
        "reason": asked.reason,
    }


def _incident(asked: Whom) -> Body:
    return _said(
        {
            "id": asked.incident_id,
            "number": _number(asked.incident_number),
            "title": asked.incident_title,
            "url": asked.incident_url,
        }
    )


def _from_file(asked: Whom, tell: Callable[[str], None]) -> tuple[str, ...]:
    if not asked.users_file:
        if asked.column:
            raise UsageError("--column names a column of --users-file FILE, which is missing.")
        return ()
    found = users_file.read(asked.users_file, asked.column)
    tell(found.told)
    return found.users


def _number(text: str | None) -> int | None:
    """Return an incident's number; INC-1042 is 1042 with its system's letters."""
    if text is None:
        return None
    digits = re.fullmatch(r"(?:[A-Za-z]+[-_ #]?|#)?(\d{1,18})", text.strip())
    if not digits:
        raise UsageError(f"--incident-number {text}: write the number, or use --incident-id for a name.")
    return int(digits[1])


def _scope_of(body: Body) -> bool:
    return any(body.get(name) for name in ("users", "groups", "roles", "filter", "allUsers"))


def _said(fields: Body | dict[str, Any]) -> Body:
    """Drop what was not given; text that was given empty goes out, so that the API can refuse it."""
    return {name: value for name, value in fields.items() if not (value is None or value is False or value in ([], {}))}
