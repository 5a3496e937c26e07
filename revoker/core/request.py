"""What a caller asks for, as values that cannot be wrong. HTTP, Sentinel and sweeps all make the same ``Request``."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from revoker.core.outcome import Outcome

MOST_USERS = 10_000


class Trigger(StrEnum):
    """The route by which a request came in."""

    HTTP = "http"
    SENTINEL = "sentinel"
    SCHEDULE = "schedule"


class Priority(StrEnum):
    """The lane that a run takes."""

    URGENT = "urgent"
    BULK = "bulk"


@dataclass(frozen=True, slots=True)
class Person:
    """A caller: a user, or an application."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class Incident:
    """The incident that a run answers; ``id`` is an ARM id or a Defender incident id."""

    id: str | None = None
    number: int | None = None
    title: str | None = None
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Search:
    """A weak identity that the directory may tie to exactly one user; ``otherwise`` is the reason when it cannot."""

    attribute: str
    value: str
    otherwise: str
    domain: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """One identity as given: by ``name`` (object id or UPN, lower case), by ``search``, or settled at intake.

    Exactly one of ``name``, ``search`` and ``settled`` (outcome and reason) is set.
    """

    requested_as: str
    name: str | None = None
    search: Search | None = None
    settled: tuple[Outcome, str] | None = None
    external: bool = False


@dataclass(frozen=True, slots=True)
class Scope:
    """The directory scopes of a run; their users are added to those that the request names."""

    groups: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()
    filter: str | None = None
    all_users: bool = False

    def __bool__(self) -> bool:
        """Whether the run lists the directory."""
        return bool(self.groups or self.roles or self.filter or self.all_users)


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One request to end sessions. The plan decides a missing ``priority`` or ``issued_before``.

    ``rotated_since`` is when the clean rotation of certificates began. Thumbprints are SHA-1 or SHA-256,
    ``compromised_keys`` SHA-256 of SubjectPublicKeyInfo, all in lower-case hex digits. ``approved_size`` is the number
    of users for which the sweep behind this request was approved.
    """

    trigger: Trigger
    requested_by: Person
    reason: str
    targets: tuple[Target, ...] = ()
    scope: Scope = Scope()
    exclude_users: frozenset[str] = frozenset()
    exclude_groups: tuple[str, ...] = ()
    issued_before: datetime | None = None
    compromised_at: datetime | None = None
    rotated_since: datetime | None = None
    compromised_thumbprints: tuple[str, ...] = ()
    compromised_keys: tuple[str, ...] = ()
    trusted_thumbprints: tuple[str, ...] = ()
    include_guests: bool | None = None
    priority: Priority | None = None
    dry_run: bool = False
    incident: Incident | None = None
    acknowledge: tuple[str, ...] = ()
    sweep_id: str | None = None
    approved_size: int | None = None
    warnings: tuple[str, ...] = ()
