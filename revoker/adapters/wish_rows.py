"""How what a sweep asks for is packed into bytes, and unpacked."""

import json
import zlib
from datetime import datetime
from typing import Any

from revoker.adapters.rows import Row
from revoker.request import Incident, Person, Request, Scope, Target, Trigger
from revoker.sweep_request import SweepRequest


def packed(wish: SweepRequest) -> bytes:
    """Return a wish as bytes, as few as may be: it can name ten thousand users."""
    return zlib.compress(json.dumps(_wish(wish), separators=(",", ":")).encode())


def unpacked(stored: bytes) -> SweepRequest:
    """Return the wish in bytes."""
    return _wish_of(json.loads(zlib.decompress(stored)))


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
