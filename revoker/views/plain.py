"""Moments, people and incidents as JSON has them. Pure."""

from dataclasses import asdict
from datetime import UTC, datetime

from revoker.core.request import Incident, Person
from revoker.core.tenant import Tenant


def moment(at: datetime | None) -> str | None:
    """Return RFC 3339 in UTC, to the millisecond."""
    if at is None:
        return None
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def plain(value: Person | Incident | Tenant | None) -> dict[str, object] | None:
    """Return a person, an incident or a tenant as an object."""
    if value is None:
        return None
    return asdict(value)
