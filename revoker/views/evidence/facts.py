"""Tenant, reason, persons and times: the facts of a run, each a title and its lines. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import cast

from revoker.views.evidence.asked import in_short
from revoker.views.evidence.moments import Clock
from revoker.views.line import Line


@dataclass(frozen=True, slots=True)
class Fact:
    """One fact: a title, and its lines."""

    title: str
    lines: tuple[str, ...]


def facts(status: Line, clock: Clock) -> tuple[Fact, ...]:
    """Return the facts, in the order in which a reader asks for them."""
    return tuple(Fact(title, lines) for title, lines in _facts(status, clock) if any(lines))


def named(person: object) -> str:
    """Return a person by name and object id; empty for None."""
    if not isinstance(person, Mapping):
        return ""
    return f"{person['name']} ({person['id']})"


def _facts(status: Line, clock: Clock) -> Iterator[tuple[str, tuple[str, ...]]]:
    yield "Tenant", (_tenant(status.get("tenant")),)
    yield "Incident", _incident(status["incident"])
    yield "Reason", (str(status["reason"]),)
    yield "Scope", in_short(status)
    yield "Asked for by", (named(status["requestedBy"]), clock.both(status["createdAt"]))
    yield from _decisions(status, clock)
    yield "Intruder in since", (clock.both(status.get("compromisedAt")),)
    yield "Cutoff", (f"sessions issued before {clock.both(status['issuedBefore'])}",)
    yield "Ended", (clock.both(status["finishedAt"]) or "not yet",)
    yield "Belongs to", tuple(_relatives(status))


def _decisions(status: Line, clock: Clock) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Return the persons that decided: approved, acknowledged, cancelled."""
    yield _approval(_part(status, "approval"), clock, ended=bool(status["finishedAt"]))
    yield "Acknowledged", tuple(_acknowledged(status))
    if status.get("cancelledAt"):
        yield "Cancelled by", (named(status.get("cancelledBy")) or "not recorded", clock.both(status["cancelledAt"]))


def _approval(approval: Line, clock: Clock, *, ended: bool) -> tuple[str, tuple[str, ...]]:
    users = cast("int | None", approval.get("users"))
    size = f"for {users:,} users" if users else ""
    if approval.get("approvedBy"):
        return "Approved by", (named(approval["approvedBy"]), clock.both(approval.get("approvedAt")), size)
    if not approval.get("needed"):
        return "Approval", ("not needed",)
    needed = f"needed from a second person by {clock.both(approval.get('until'))}"
    return "Approval", (f"{needed}, and not given" if ended else needed, size)


def _acknowledged(status: Line) -> Iterator[str]:
    for one in cast("list[Line]", status.get("acknowledged") or []):
        yield f"{one['code']}, by {named(one['by'])}"


def _tenant(tenant: object) -> str:
    if not isinstance(tenant, Mapping):
        return ""
    known = [str(tenant[name]) for name in ("domain", "id") if tenant.get(name)]
    return " · ".join(known)


def _incident(incident: object) -> tuple[str, ...]:
    """Return an incident as text: its address is no link, since the page may lead nowhere."""
    if not isinstance(incident, Mapping):
        return ()
    head = str(incident.get("title") or "")
    if incident.get("number") is not None:
        head = f"#{incident['number']} {head}".rstrip()
    return tuple(filter(None, [head, str(incident.get("url") or incident.get("id") or "")]))


def _relatives(status: Line) -> Iterator[str]:
    if status.get("plan"):
        yield f"the users of dry run {status['plan']}"
    for name, words in (("retryOf", "retry of run"), ("retriedBy", "retried by run"), ("sweepId", "sweep")):
        if status[name]:
            yield f"{words} {status[name]}"


def _part(status: Line, name: str) -> Line:
    """Return a part of the status that is an object; empty where the run has none."""
    found = status.get(name)
    return cast("Line", found) if isinstance(found, Mapping) else {}
