"""What is asked for, as values that cannot be wrong: both doors (HTTP, Sentinel) lead to the same ``Request``."""

import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from revoker.core.outcome import Outcome

MOST_USERS = 10_000
LONGEST_NAME = 320

_OBJECT_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
# Twenty names of this length fit a table row's 32,768 UTF-16 units; astral characters would take two each.
_UNFIT = r"\s@\\/?%\x00-\x1f\x7f\ud800-\udfff\U00010000-\U0010ffff"
_UPN = re.compile(rf"[^{_UNFIT}]+@[^{_UNFIT}#]+")
_ZERO = "00000000-0000-0000-0000-000000000000"


class Trigger(StrEnum):
    """Through which door a run came."""

    HTTP = "http"
    SENTINEL = "sentinel"
    SCHEDULE = "schedule"


class Priority(StrEnum):
    """The lane a run takes."""

    URGENT = "urgent"
    BULK = "bulk"


@dataclass(frozen=True, slots=True)
class Person:
    """Who asked."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class Incident:
    """The incident a run answers; ``id`` is an ARM id or a Defender incident id."""

    id: str | None = None
    number: int | None = None
    title: str | None = None
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Search:
    """A weaker identity that the directory may tie to exactly one user; ``otherwise`` is the reason if it cannot."""

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
    """The directory scopes of a run; they add up with its named users."""

    groups: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()
    filter: str | None = None
    all_users: bool = False

    def __bool__(self) -> bool:
        """Whether the directory is asked for users nobody named."""
        return bool(self.groups or self.roles or self.filter or self.all_users)


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One accepted spec to end sessions; a missing ``priority`` or ``issued_before`` is decided at planning.

    ``approved_size`` is how many users its sweep was made for.
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
    compromised_thumbprints: tuple[str, ...] = ()
    include_guests: bool | None = None
    priority: Priority | None = None
    dry_run: bool = False
    incident: Incident | None = None
    acknowledge: tuple[str, ...] = ()
    sweep_id: str | None = None
    approved_size: int | None = None
    warnings: tuple[str, ...] = ()


def object_id(text: str) -> str | None:
    """Return an Entra object id in lower case, or None; the all-zero id is nobody's."""
    lowered = text.strip().lower()
    return lowered if _OBJECT_ID.fullmatch(lowered) and lowered != _ZERO else None


def upn(text: str) -> str | None:
    """Return a user principal name in lower case, or None when the text cannot be one."""
    given = text.strip()
    lowered = given.lower()
    if lowered.isascii() and not given.isascii():  # as U+212A, the Kelvin sign: the name would become another's
        return None
    return lowered if len(lowered) <= LONGEST_NAME and _UPN.fullmatch(lowered) else None


def user_name(text: str) -> str | None:
    """Return the lower-case name by which Graph can be asked for a user, or None."""
    return object_id(text) or upn(text)
