"""The raw body of a Sentinel trigger, or of what Defender and Graph return, becomes a ``Request``."""

import json
import re
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta

from revoker.core.problems import InvalidError
from revoker.core.request import MOST_USERS, Incident, Person, Request, Target, Trigger
from revoker.intake.accounts import target
from revoker.intake.others import others_sentence
from revoker.intake.payload import Payload
from revoker.intake.query import past, wrong
from revoker.intake.shapes import read_payload

OPTIONS = ("issuedBefore", "cooldownMinutes", "dryRun")
_TRUTHS = {"true": True, "1": True, "false": False, "0": False}
_LONGEST_COOLDOWN = 7 * 24 * 60
# A Sentinel rule names at most 500 entities in an alert, divided equally among what it maps, ten mappings at most, and
# 64 KB of them (docs/graph-facts.md#sentinel-and-defender): a rule with ten names 50 accounts of perhaps thousands.
_LEAST_SHARE, _NEARLY_FULL = 500 // 10, 60_000


def parse_sentinel(
    body: object, options: Mapping[str, str], person: Person, home_tenant: str | None, now: datetime
) -> tuple[Request, str | None]:
    """Return the request and the event's id, if it has one; raises InvalidError for a wrong body or option.

    Without ``home_tenant`` no account can be called foreign.
    """
    dry_run, issued_before = _dry_run(options), past(options, "issuedBefore", now)
    cooldown = _cooldown(options)
    payload = read_payload(body)
    targets = _targets(payload, home_tenant)
    request = Request(
        trigger=Trigger.SENTINEL,
        requested_by=person,
        reason=_reason(payload),
        targets=targets,
        issued_before=issued_before,
        cooldown=cooldown,
        dry_run=dry_run,
        incident=payload.incident,
        warnings=tuple(_warnings(payload)),
    )
    return request, payload.event_id


def _targets(payload: Payload, home_tenant: str | None) -> tuple[Target, ...]:
    """Return a target for each account; raises InvalidError for more accounts than one run takes."""
    if len(payload.accounts) > MOST_USERS:
        detail = f"{len(payload.accounts)} accounts are more than the {MOST_USERS} of one run."
        raise InvalidError(detail, [("", f"post at most {MOST_USERS} accounts at a time")])
    targets: list[Target] = []
    for number, entity in enumerate(payload.accounts):
        targets.append(target(entity, number, home_tenant, payload.workspaces))
    return tuple(targets)


def _reason(payload: Payload) -> str:
    return f"{payload.kind.replace('_', ' ')}: {_name(payload.incident)}"[:500]


def _warnings(payload: Payload) -> Iterator[str]:
    if not payload.accounts:
        yield _no_accounts(payload)
    elif payload.from_sentinel and _may_be_cut(payload):
        yield (
            f"{len(payload.accounts)} accounts, and there may be more: Sentinel names at most 500 entities in an "
            "alert, fewer where the rule maps several kinds, and 64 KB of them. Run the rule's query to see all, and "
            "start a run for the others."
        )


def _may_be_cut(payload: Payload) -> bool:
    """Whether an alert may have had more accounts than Sentinel lets it name; the body does not tell."""
    if len(payload.accounts) >= _LEAST_SHARE:
        return True
    try:
        return len(json.dumps([*payload.accounts, *payload.entities.others])) >= _NEARLY_FULL
    except (ValueError, RecursionError):  # entities that point at each other, or are nested without end
        return True


def _no_accounts(payload: Payload) -> str:
    instead = others_sentence(payload.entities.others)
    late = "Entities may arrive minutes after the trigger; post again when they have."
    return " ".join(
        f"0 accounts: {_name(payload.incident)} names no account, so nothing was revoked. {instead} {late}".split()
    )


def _name(incident: Incident | None) -> str:
    if incident is None:
        return "the payload"
    number = f"incident {incident.number}" if incident.number is not None else "the incident or alert"
    return f"{number} ({incident.title or incident.id or 'untitled'})"


def _dry_run(options: Mapping[str, str]) -> bool:
    given = options.get("dryRun")
    if given is None:
        return False
    if given.lower() not in _TRUTHS:
        raise wrong("dryRun", "write true or false")
    return _TRUTHS[given.lower()]


def _cooldown(options: Mapping[str, str]) -> timedelta | None:
    given = options.get("cooldownMinutes")
    if given is None:
        return None
    if options.get("issuedBefore") is not None:
        raise wrong("cooldownMinutes", "give issuedBefore or cooldownMinutes, not both")
    if not re.fullmatch("[0-9]{1,9}", given) or not 1 <= int(given) <= _LONGEST_COOLDOWN:
        raise wrong("cooldownMinutes", f"write a whole number from 1 to {_LONGEST_COOLDOWN}")
    return timedelta(minutes=int(given))
