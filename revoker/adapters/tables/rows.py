"""How values become table rows and back; a row is written whole, so that a reader never sees half of one."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import fields
from datetime import datetime
from typing import Any

from revoker import log
from revoker.adapters.tables.sentences import fitting
from revoker.core.batch import Batch
from revoker.core.outcome import Outcome, User
from revoker.core.pacing import Pace
from revoker.core.request import Incident, Person, Priority, Trigger
from revoker.core.run import Run, State
from revoker.core.tally import Tally, tally

RUN = "run"
Row = dict[str, Any]

# What decoding raises for a row that was spoilt, or is of another version.
BROKEN = (ValueError, LookupError, TypeError, AttributeError)

_TIMES = {"called_at", "settled_at", "sessions_valid_from"}
_USER_FIELDS = tuple(field.name for field in fields(User))
_USER_DEFAULTS = {field.name: field.default for field in fields(User)}


def run_key(run: str) -> str:
    """Return the row key of a run: its id's complement, because tables list ascending and people read newest first."""
    return f"{(1 << 128) - 1 - int(run.replace('-', ''), 16):032x}"


def run_row(run: Run) -> Row:
    """Return a run as a row."""
    return {
        "PartitionKey": RUN,
        "RowKey": run_key(run.id),
        "id": run.id,
        "trigger": run.trigger.value,
        "requestedById": run.requested_by.id,
        "requestedByName": run.requested_by.name,
        "reason": run.reason,
        "scope": json.dumps(run.scope),
        "priority": run.priority.value,
        "issuedBefore": _text(run.issued_before),
        "createdAt": _text(run.created_at),
        "dryRun": run.dry_run,
        "incident": json.dumps(_incident(run.incident), ensure_ascii=False) if run.incident else "",
        "finishEstimate": _text(run.finish_estimate),
        "finishedAt": _text(run.finished_at),
        "state": run.finished_as.value if run.finished_as else "",
        "cancelledAt": _text(run.cancelled_at),
        "retryOf": run.retry_of or "",
        "retriedBy": run.retried_by or "",
        "sweepId": run.sweep_id or "",
        "scans": run.scans,
        "incomplete": run.incomplete,
        "acknowledged": fitting(run.acknowledged),
        "approvalUntil": _text(run.approval_until),
        "approvedAt": _text(run.approved_at),
        "approvedBy": json.dumps([run.approved_by.id, run.approved_by.name]) if run.approved_by else "",
        "warnings": fitting(run.warnings),
    }


def run_of(row: Mapping[str, Any]) -> Run:
    """Return the run in a row."""
    return Run(
        id=row["id"],
        trigger=Trigger(row["trigger"]),
        requested_by=Person(row["requestedById"], row["requestedByName"]),
        reason=row["reason"],
        scope=json.loads(row["scope"]),
        priority=Priority(row["priority"]),
        issued_before=datetime.fromisoformat(row["issuedBefore"]),
        created_at=datetime.fromisoformat(row["createdAt"]),
        dry_run=row["dryRun"],
        incident=Incident(**json.loads(row["incident"])) if row["incident"] else None,
        finish_estimate=_time(row["finishEstimate"]),
        finished_at=_time(row["finishedAt"]),
        finished_as=State(row["state"]) if row["state"] else None,
        cancelled_at=_time(row["cancelledAt"]),
        retry_of=row["retryOf"] or None,
        retried_by=row["retriedBy"] or None,
        sweep_id=row["sweepId"] or None,
        scans=row["scans"],
        incomplete=row["incomplete"],
        acknowledged=tuple(json.loads(row["acknowledged"])),
        approval_until=_time(row["approvalUntil"]),
        approved_at=_time(row["approvedAt"]),
        approved_by=Person(*json.loads(row["approvedBy"])) if row["approvedBy"] else None,
        warnings=tuple(json.loads(row["warnings"])),
    )


def readable_runs(found: Iterable[Mapping[str, Any]]) -> tuple[Run, ...]:
    """Return the runs in rows; one that nobody can read is told, and hides no other."""
    runs: list[Run] = []
    for row in found:
        try:
            runs.append(run_of(row))
        except BROKEN:
            log.failure("run_unreadable", run=row.get("id"))
    return tuple(runs)


def batch_row(batch: Batch) -> Row:
    """Return a batch as a row; a column per outcome lets the service find the rows that hold one."""
    return {
        "PartitionKey": batch.run,
        "RowKey": batch_key(batch.id),
        "id": batch.id,
        "lane": batch.lane.value,
        "plannedFor": _text(batch.planned_for),
        "dueAt": _text(batch.due_at),
        "shifted": batch.shifted,
        "healed": batch.healed,
        "open": batch.is_open,
        "waiting": bool(batch.waiting),
        "users": users_text(batch.users),
        **{outcome.value: count for outcome, count in tally(batch.users).counts.items()},
    }


def batch_of(row: Mapping[str, Any]) -> Batch:
    """Return the batch in a row."""
    return Batch(
        run=row["PartitionKey"],
        id=row["id"],
        lane=Priority(row["lane"]),
        users=users_of(row),
        planned_for=datetime.fromisoformat(row["plannedFor"]),
        due_at=datetime.fromisoformat(row["dueAt"]),
        shifted=row["shifted"],
        healed=row["healed"],
    )


def users_of(row: Mapping[str, Any]) -> tuple[User, ...]:
    """Return the users in a batch row."""
    return tuple(_user(fields) for fields in json.loads(row["users"]))


def users_text(users: Iterable[User]) -> str:
    """Return users as the text of a column."""
    return json.dumps([_user_fields(user) for user in users], separators=(",", ":"), ensure_ascii=False)


def batch_key(batch: str) -> str:
    """Return the row key of a batch."""
    return f"batch-{batch}"


def tally_key(batch: str) -> str:
    """Return the row key of the tally that counts a batch: one of sixteen, so that workers seldom meet."""
    return f"tally-{batch[0]}"


def tally_row(run: str, key: str, counted: Tally) -> Row:
    """Return a tally as a row."""
    return {"PartitionKey": run, "RowKey": key, **counted_row(counted)}


def counted_row(counted: Tally) -> Row:
    """Return the columns that a tally has."""
    return {
        "counts": json.dumps(counted.counts),
        "pending": counted.pending,
        "lastCalledAt": _text(counted.last_called_at),
    }


def tally_of(row: Mapping[str, Any]) -> Tally:
    """Return the tally in a row; the scan's row tells more."""
    counts = {Outcome(name): count for name, count in json.loads(row["counts"]).items()}
    return Tally(
        counts=counts,
        pending=row["pending"],
        last_called_at=_time(row["lastCalledAt"]),
        planning=row.get("planning", False),
        expected=row.get("expected", 0),
        last_due=_time(row.get("lastDue", "")),
    )


def pace_row(pace: Pace) -> Row:
    """Return the pace as a row."""
    times = {"fullAt": pace.full_at, "shifted": pace.shifted, "heldUntil": pace.held_until}
    return {"PartitionKey": "pace", "RowKey": "write", **times}


def pace_of(row: Mapping[str, Any]) -> Pace:
    """Return the pace in a row."""
    return Pace(row["fullAt"], row["shifted"], row["heldUntil"])


def _user_fields(user: User) -> Row:
    pairs = ((name, getattr(user, name)) for name in _USER_FIELDS)
    return {name: _plain(value) for name, value in pairs if value != _USER_DEFAULTS[name]}


def _user(stored: Row) -> User:
    times = {name: datetime.fromisoformat(stored[name]) for name in _TIMES & stored.keys()}
    outcome = Outcome(stored.get("outcome", Outcome.PLANNED))
    return User(**{**stored, **times, "outcome": outcome})


def _incident(incident: Incident) -> Row:
    return {field.name: getattr(incident, field.name) for field in fields(incident)}


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, datetime) else value


def _text(moment: datetime | None) -> str:
    return moment.isoformat() if moment else ""


def _time(text: str) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
