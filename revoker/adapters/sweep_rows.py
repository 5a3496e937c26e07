"""How a sweep becomes a table row and back: what it asks for, packed, and its life."""

import json
import zlib
from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from itertools import batched
from typing import Any

from revoker.adapters.rows import Row
from revoker.request import Incident, Person, Request, Scope, Target, Trigger
from revoker.run import State
from revoker.sweep import Sweep
from revoker.sweep_request import SweepRequest
from revoker.sweep_run import Ran

SWEEP = "sweep"
# A binary column holds 64 KiB; seventeen hold whatever a body of 1,000,000 bytes can name.
_COLUMN, _COLUMNS = 60_000, 17


def sweep_row(sweep: Sweep) -> Row:
    """Return a sweep as a row."""
    packed = zlib.compress(json.dumps(_wish(sweep.wish), separators=(",", ":")).encode())
    return {
        "PartitionKey": SWEEP,
        "RowKey": sweep.id,
        "life": json.dumps(_life(sweep), ensure_ascii=False),
        **{f"wish{number}": bytes(part) for number, part in enumerate(batched(packed, _COLUMN, strict=False))},
    }


def sweep_of(row: Mapping[str, Any]) -> Sweep:
    """Return the sweep in a row."""
    packed = b"".join(row.get(f"wish{number}", b"") for number in range(_COLUMNS))
    life = json.loads(row["life"])
    return Sweep(
        id=row["RowKey"],
        wish=_wish_of(json.loads(zlib.decompress(packed))),
        created_at=datetime.fromisoformat(life.pop("created_at")),
        next_tick=_time(life.pop("next_tick")),
        approval_until=_time(life.pop("approval_until")),
        approved_by=_person(life.pop("approved_by")),
        paused_by=_person(life.pop("paused_by")),
        runs=tuple(_ran(ran) for ran in life.pop("runs")),
        acknowledged=tuple(life.pop("acknowledged")),
        ended_at=_time(life.pop("ended_at")),
        **life,
    )


def _life(sweep: Sweep) -> Row:
    fields = {name: value for name, value in asdict(sweep).items() if name not in {"id", "wish"}}
    fields["runs"] = [{name: _plain(value) for name, value in ran.items()} for ran in fields["runs"]]
    return {name: _plain(value) for name, value in fields.items()}


def _wish(wish: SweepRequest) -> Row:
    return _fields(wish) | {"asked": _asked(wish.asked)}


def _wish_of(stored: Row) -> SweepRequest:
    return SweepRequest(
        **stored | {"asked": _asked_of(stored["asked"]), "until": datetime.fromisoformat(stored["until"])}
    )


def _asked(asked: Request) -> Row:
    return {
        "by": [asked.requested_by.id, asked.requested_by.name],
        "reason": asked.reason,
        "users": [[target.requested_as, target.name] for target in asked.targets],
        "scope": _fields(asked.scope),
        "excludeUsers": sorted(asked.exclude_users),
        "excludeGroups": asked.exclude_groups,
        "issuedBefore": _plain(asked.issued_before),
        "compromisedAt": _plain(asked.compromised_at),
        "thumbprints": asked.compromised_thumbprints,
        "guests": asked.include_guests,
        "incident": _fields(asked.incident) if asked.incident else None,
        "acknowledge": asked.acknowledge,
    }


def _asked_of(stored: Row) -> Request:
    scope: Row = {name: tuple(value) if isinstance(value, list) else value for name, value in stored["scope"].items()}
    return Request(
        trigger=Trigger.SCHEDULE,
        requested_by=Person(*stored["by"]),
        reason=stored["reason"],
        targets=tuple(Target(requested_as=given, name=name) for given, name in stored["users"]),
        scope=Scope(**scope),
        exclude_users=frozenset(stored["excludeUsers"]),
        exclude_groups=tuple(stored["excludeGroups"]),
        issued_before=_time(stored["issuedBefore"]),
        compromised_at=_time(stored["compromisedAt"]),
        compromised_thumbprints=tuple(stored["thumbprints"]),
        include_guests=stored["guests"],
        incident=Incident(**stored["incident"]) if stored["incident"] else None,
        acknowledge=tuple(stored["acknowledge"]),
    )


def _fields(value: Any) -> Row:  # noqa: ANN401 - any of our dataclasses
    return {name: _plain(getattr(value, name)) for name in value.__slots__}


def _ran(stored: Row) -> Ran:
    times = {name: datetime.fromisoformat(stored[name]) for name in ("tick", "started_at")}
    return Ran(**stored | times | {"state": State(stored["state"]) if stored["state"] else None})


def _person(stored: Row | None) -> Person | None:
    return Person(**stored) if stored else None


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, datetime) else value


def _time(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
