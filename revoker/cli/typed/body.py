"""What was typed becomes the body of ``POST /api/runs``; what its fields mean is checked by the API."""

import re
from collections.abc import Callable
from datetime import datetime
from typing import Any

from revoker.cli.ending import UsageError
from revoker.cli.typed import users_file
from revoker.cli.typed.moments import past_moment
from revoker.cli.typed.names import groups, users
from revoker.cli.typed.odata import odata_filter
from revoker.cli.typed.roles import role_ids
from revoker.cli.typed.starting import Run, Sentinel, Whom
from revoker.cli.typed.trust import trust_fields

type Body = dict[str, object]


def run_body(asked: Run, now: datetime, tell: Callable[[str], None], *, local: bool) -> Body:
    """Return the body of a run, without what was not said; raises UsageError. ``tell`` says how a file was read."""
    body = whom(asked, now, tell, local=local)
    body["priority"] = asked.priority
    body["dryRun"] = asked.dry_run
    if asked.include_new:
        raise UsageError("--include-new goes with --plan RUN: users that came since the dry run are signed out too.")
    return said(body)


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
    return said(body)


def sentinel_query(asked: Sentinel, now: datetime, *, local: bool) -> dict[str, str | int]:
    """Return the options of a Sentinel body as a query."""
    query = {
        "issuedBefore": past_moment("--issued-before", asked.issued_before, now, local=local),
        "cooldownMinutes": asked.cooldown_minutes,
        "dryRun": "true" if asked.dry_run else None,
    }
    return {name: value for name, value in query.items() if value is not None}


def whom(asked: Whom, now: datetime, tell: Callable[[str], None], *, local: bool) -> Body:
    """Return what a run and a sweep have in common: users, sessions, reason; raises UsageError."""
    if not asked.reason or not asked.reason.strip():
        raise UsageError(
            "Why? Give --reason TEXT, as in --reason 'stolen cookie, INC-1042': it stands in the evidence."
        )
    if not any((asked.user, asked.users_file, asked.group, asked.role, asked.filter, asked.all_users)):
        raise UsageError("Whom? Give --user, --users-file, --group, --role, --filter or --all-users.")
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
        "exclude": said(exclude),
        "guests": asked.guests,
        "issuedBefore": past_moment("--issued-before", asked.issued_before, now, local=local),
        **trust_fields(asked, now, local=local),
        "acknowledge": asked.acknowledge,
        "incident": _incident(asked),
        "reason": asked.reason,
    }


def _incident(asked: Whom) -> Body:
    return said(
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


def said(fields: Body | dict[str, Any]) -> Body:
    """Return the fields without what was not given."""
    return {name: value for name, value in fields.items() if not (value is None or value is False or value in ([], {}))}
