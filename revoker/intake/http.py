"""The body of ``POST /api/runs`` becomes a ``Request``; unknown fields are errors."""

import re
from dataclasses import replace
from datetime import datetime

from revoker.core.federation import CODES
from revoker.core.request import MOST_USERS, Incident, Person, Priority, Request, Scope, Trigger
from revoker.intake.fields import Fields, Wrong
from revoker.intake.given_names import take_groups, take_roles, take_users
from revoker.intake.trust_fields import with_trust
from revoker.intake.values import PAST, past_moment, prose, text, truth, whole_number

_MOST_GROUPS = 100
REASON = "write why, in 1 to 500 characters"


def parse_run(body: object, person: Person, now: datetime) -> Request:
    """Return the request; raises InvalidError, which lists every error with its path."""
    fields = Fields(body)
    request = Request(trigger=Trigger.HTTP, requested_by=person, reason="")
    request = _with_scope(request, fields)
    request = _with_exclusions(request, fields)
    request = replace(
        request,
        reason=fields.take("reason", prose(500), REASON) or "",
        issued_before=fields.take("issuedBefore", past_moment(now), PAST),
    )
    request = with_trust(request, fields, now)
    request = replace(
        request,
        include_guests=fields.take("guests", _guests, 'write "skip" or "include"'),
        priority=fields.take("priority", priority, 'write "urgent" or "bulk"'),
        dry_run=fields.take("dryRun", truth, "write true or false") or False,
        incident=incident_of(fields),
        acknowledge=fields.take_list("acknowledge", acknowledgement, known_codes(), 10),
    )
    _require(request, fields)
    fields.refuse_unknown()
    fields.finish()
    return request


def _with_scope(request: Request, fields: Fields) -> Request:
    targets, users = take_users(fields, "users", MOST_USERS)
    groups, group_names = take_groups(fields, "groups", _MOST_GROUPS)
    roles, role_names = take_roles(fields, "roles", _MOST_GROUPS)
    scope = Scope(
        groups=groups,
        roles=roles,
        filter=fields.take("filter", text(1000), "write an OData filter of at most 1,000 characters"),
        all_users=fields.take("allUsers", truth, "write true or false") or False,
    )
    return replace(request, targets=targets, scope=scope, display_names=(*users, *group_names, *role_names))


def _with_exclusions(request: Request, fields: Fields) -> Request:
    exclude = fields.take_object("exclude")
    if exclude is None:
        return request
    targets, users = take_users(exclude, "users", MOST_USERS)
    groups, group_names = take_groups(exclude, "groups", _MOST_GROUPS)
    exclude.refuse_unknown()
    return replace(
        request,
        exclude_users=frozenset(target.name for target in targets if target.name),
        exclude_groups=groups,
        display_names=(*request.display_names, *users, *group_names),
    )


def _require(request: Request, fields: Fields) -> None:
    """Note what is missing: a reason, and any user to revoke."""
    if not request.reason and not any(path == "reason" for path, _ in fields.errors):
        fields.wrong("reason", f"required: {REASON}")
    named = request.targets or request.scope or request.display_names
    if not named and not fields.errors:
        fields.wrong("users", "no users are named: write users, groups, roles, a filter, or allUsers: true")


def incident_of(fields: Fields) -> Incident | None:
    """Return the incident that a body names."""
    incident = fields.take_object("incident")
    if incident is None:
        return None
    made = Incident(
        id=incident.take("id", text(1000), "write text of at most 1,000 characters"),
        number=incident.take("number", whole_number, "write a whole number"),
        title=incident.take("title", prose(500), "write text of at most 500 characters"),
        url=incident.take("url", _link, "write an https URL of at most 2,000 characters"),
    )
    incident.refuse_unknown()
    return made


def _guests(value: object) -> bool | None:
    return value == "include" if value in ("skip", "include") else None


def acknowledgement(value: object) -> str | Wrong | None:
    """Parse a code of the gate."""
    if isinstance(value, str) and value in CODES:
        return value
    return Wrong(f"'{value[:100]}' is no code; {known_codes()}") if isinstance(value, str) else None


def known_codes() -> str:
    """Return every code with its meaning."""
    return "known are: " + "; ".join(f"{code} ({meaning})" for code, meaning in CODES.items())


def _link(value: object) -> str | None:
    link = text(2000)(value)
    return link if link and re.fullmatch(r"https://\S+", link) else None


def priority(value: object) -> Priority | None:
    """Parse a lane."""
    return next((lane for lane in Priority if lane == value), None)
