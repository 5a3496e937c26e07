"""What a caller asks for, as values that cannot be wrong. HTTP, Sentinel and sweeps all make the same ``Request``."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from revoker.core.applied_plan import AppliedPlan
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

    def fits(self, dns_name: str | None) -> bool:
        """Whether a user of an on-premises domain may be meant: a NetBIOS name or a DNS name was given.

        How the two relate is documented nowhere. ``CONTOSO`` and ``contoso.com`` both fit contoso.com, ``WKS-017`` does
        not: that is an account of one machine, and its namesake in the directory is another person's.
        """
        if not dns_name or not self.domain:
            return True
        return self.domain.lower() in {dns_name.lower(), dns_name.lower().split(".")[0]}


@dataclass(frozen=True, slots=True)
class DisplayName:
    """A user, group or role given by a name that people see, with the path of the field; not resolved at intake.

    ``kind`` is ``user``, ``group`` or ``role``.
    """

    path: str
    kind: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """One identity as given: by ``name`` (object id or UPN, lower case), by ``search``, or settled at intake.

    Exactly one of ``name``, ``search`` and ``settled`` (outcome and reason) is set. With ``confirm``, the name was
    joined from parts that may be a display name: the user is called only if the directory has exactly this UPN.
    """

    requested_as: str
    name: str | None = None
    search: Search | None = None
    settled: tuple[Outcome, str] | None = None
    external: bool = False
    confirm: bool = False


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

    ``display_names`` have to be resolved, or refused, before anything else. ``rotated_since`` is when the clean
    rotation of certificates began. Thumbprints are SHA-1 or SHA-256, ``compromised_keys`` SHA-256 of
    SubjectPublicKeyInfo, all in lower-case hex digits. ``approved_size`` is the number of users for which the sweep
    behind this request was approved. ``plan`` is the dry run that the request applies.
    ``cooldown``: users that a run of ours revoked so short ago are left alone.
    """

    trigger: Trigger
    requested_by: Person
    reason: str
    targets: tuple[Target, ...] = ()
    scope: Scope = Scope()
    display_names: tuple[DisplayName, ...] = ()
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
    plan: AppliedPlan | None = None
    cooldown: timedelta | None = None
    warnings: tuple[str, ...] = ()

    @property
    def lists_directory(self) -> bool:
        """Whether users that the request does not name may be revoked, now or once its display names are resolved."""
        return bool(self.scope) or any(name.kind != "user" for name in self.display_names)
