"""The body of ``POST /api/runs`` becomes a ``Request``; unknown fields are errors."""

import re
from datetime import datetime

from revoker.core.federation import CODES
from revoker.core.names import object_id, user_name
from revoker.core.request import MOST_USERS, Incident, Person, Priority, Request, Scope, Target, Trigger
from revoker.intake.fields import Fields, past_moment, text, truth, whole_number

_MOST_GROUPS = 100
_NAME = "write an object id (GUID) or a UPN (name@domain)"
_GROUP = "write a group's object id (GUID)"
_TIME = "write an RFC 3339 time that has passed, as in 2026-03-02T09:00:00Z"
ACKNOWLEDGEMENTS = tuple(CODES)


def parse_run(body: object, person: Person, now: datetime) -> Request:
    """Return the request; raises InvalidError, which lists every error with its path."""
    fields = Fields(body)
    targets = fields.take_list("users", _target, _NAME, MOST_USERS)
    scope = _scope(fields)
    excluded_users, excluded_groups = _exclude(fields)
    reason = fields.take("reason", text(500), "write why, in 1 to 500 characters")
    request = Request(
        trigger=Trigger.HTTP,
        requested_by=person,
        reason=reason or "",
        targets=targets,
        scope=scope,
        exclude_users=excluded_users,
        exclude_groups=excluded_groups,
        issued_before=fields.take("issuedBefore", past_moment(now), _TIME),
        compromised_at=fields.take("compromisedAt", past_moment(now), _TIME),
        compromised_thumbprints=fields.take_list("compromisedThumbprints", _thumbprint, "write 40 hex digits", 100),
        include_guests=fields.take("guests", _guests, 'write "skip" or "include"'),
        priority=fields.take("priority", _priority, 'write "urgent" or "bulk"'),
        dry_run=fields.take("dryRun", truth, "write true or false") or False,
        incident=_incident(fields),
        acknowledge=fields.take_list("acknowledge", _acknowledgement, f"write one of {ACKNOWLEDGEMENTS}", 10),
    )
    if reason is None and not any(path == "reason" for path, _ in fields.errors):
        fields.wrong("reason", "required: write why, in 1 to 500 characters")
    if not targets and not scope and not fields.errors:
        fields.wrong("users", "nobody is asked for: name users, groups, roles, a filter, or allUsers: true")
    fields.refuse_unknown()
    fields.finish()
    return request


def _scope(fields: Fields) -> Scope:
    return Scope(
        groups=fields.take_list("groups", _object_id, _GROUP, _MOST_GROUPS),
        roles=fields.take_list("roles", _role, 'write a role template id (GUID) or "privileged"', _MOST_GROUPS),
        filter=fields.take("filter", text(1000), "write an OData filter of at most 1,000 characters"),
        all_users=fields.take("allUsers", truth, "write true or false") or False,
    )


def _exclude(fields: Fields) -> tuple[frozenset[str], tuple[str, ...]]:
    exclude = fields.take_object("exclude")
    if exclude is None:
        return frozenset(), ()
    users = exclude.take_list("users", _name, _NAME, MOST_USERS)
    groups = exclude.take_list("groups", _object_id, _GROUP, _MOST_GROUPS)
    exclude.refuse_unknown()
    return frozenset(users), groups


def _incident(fields: Fields) -> Incident | None:
    incident = fields.take_object("incident")
    if incident is None:
        return None
    made = Incident(
        id=incident.take("id", text(1000), "write text of at most 1,000 characters"),
        number=incident.take("number", whole_number, "write a whole number"),
        title=incident.take("title", text(500), "write text of at most 500 characters"),
        url=incident.take("url", _link, "write an https URL of at most 2,000 characters"),
    )
    incident.refuse_unknown()
    return made


def _target(value: object) -> Target | None:
    name = _name(value)
    return Target(requested_as=str(value).strip(), name=name) if name else None


def _name(value: object) -> str | None:
    return user_name(value) if isinstance(value, str) else None


def _object_id(value: object) -> str | None:
    return object_id(value) if isinstance(value, str) else None


def _guests(value: object) -> bool | None:
    return value == "include" if value in ("skip", "include") else None


def _role(value: object) -> str | None:
    return "privileged" if value == "privileged" else _object_id(value)


def _thumbprint(value: object) -> str | None:
    digits = value.replace(":", "").lower() if isinstance(value, str) else ""
    return digits if len(digits) == 40 and all(digit in "0123456789abcdef" for digit in digits) else None


def _acknowledgement(value: object) -> str | None:
    return value if isinstance(value, str) and value in ACKNOWLEDGEMENTS else None


def _link(value: object) -> str | None:
    link = text(2000)(value)
    return link if link and re.fullmatch(r"https://\S+", link) else None


def _priority(value: object) -> Priority | None:
    return next((priority for priority in Priority if priority == value), None)
