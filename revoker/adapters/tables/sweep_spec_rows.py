"""How what a sweep asks for is packed into bytes, and unpacked."""

import json
import zlib
from datetime import datetime
from typing import Any

from revoker.adapters.tables.rows import Row
from revoker.core.request import Incident, Person, Request, Scope, Target, Trigger
from revoker.core.sweep_spec import SweepSpec


def packed(spec: SweepSpec) -> bytes:
    """Return a spec as bytes, as few as may be: it can name ten thousand users."""
    return zlib.compress(json.dumps(_spec(spec), separators=(",", ":")).encode())


def unpacked(stored: bytes) -> SweepSpec:
    """Return the spec in bytes."""
    return _spec_of(json.loads(zlib.decompress(stored)))


def _spec(spec: SweepSpec) -> Row:
    return _fields(spec) | {"run": _asked(spec.run)}


def _spec_of(stored: Row) -> SweepSpec:
    return SweepSpec(**stored | {"run": _asked_of(stored["run"]), "until": datetime.fromisoformat(stored["until"])})


def _asked(asked: Request) -> Row:
    return {
        "by": [asked.requested_by.id, asked.requested_by.name],
        "reason": asked.reason,
        "users": [_user(target) for target in asked.targets],
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
        targets=tuple(map(_target, stored["users"])),
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


def _user(target: Target) -> str | list[str | None]:
    """Return a user by one text where the name follows from it: a name twice in other letters hardly packs."""
    given = target.requested_as
    return given if target.name == given.lower() else [given, target.name]


def _target(stored: str | list[str]) -> Target:
    given, name = (stored, stored.lower()) if isinstance(stored, str) else stored
    return Target(requested_as=given, name=name)


def _fields(value: Any) -> Row:  # noqa: ANN401 - any of our dataclasses
    return {name: _plain(getattr(value, name)) for name in value.__slots__}


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, datetime) else value


def _time(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
