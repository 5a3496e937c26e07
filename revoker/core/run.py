"""A run: one accepted request, and what has happened to it as a whole."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum

from revoker.core.federation import Judgement
from revoker.core.request import Incident, Person, Priority, Trigger
from revoker.core.tenant import Tenant

# Two hours for Teams and Microsoft 365 clients without Conditional Access (docs/graph-facts.md#residual-access).
ACCESS_TOKEN_LIFE = timedelta(minutes=120)
# A second person has this long to approve a run or a sweep.
APPROVE_WITHIN = timedelta(hours=4)


class State(StrEnum):
    """The states of a run, in order; the last four are final."""

    AWAITING_APPROVAL = "awaiting_approval"
    ACCEPTED = "accepted"
    PLANNING = "planning"
    REVOKING = "revoking"
    VERIFYING = "verifying"
    COMPLETED = "completed"
    COMPLETED_WITH_FAILURES = "completed_with_failures"
    CANCELLED = "cancelled"
    FAILED = "failed"

    @property
    def is_final(self) -> bool:
        """Whether a run in this state has ended."""
        return self in {State.COMPLETED, State.COMPLETED_WITH_FAILURES, State.CANCELLED, State.FAILED}


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One accepted request.

    ``finished_as`` is set when no work is left, and later changes only from a worse to a better end. ``scans``: the run
    lists the directory. ``incomplete``: part of its scope could not be listed.

    ``federation`` is what the gate saw and found, ``acknowledged_codes`` are the codes of its findings that the caller
    acknowledged, ``acknowledged`` the same in sentences.

    ``approval_until``: a second person must approve the run before that moment, for ``approval_size`` users.
    ``covers`` is how many users the scan may plan before a second person is asked (again), None for any number.
    ``begun_at`` is when work began on a run that waits for approval once more, since its scope has grown.

    ``plan`` is the dry run that the run applies, ``include_new`` tells whether users that came since are revoked too.
    ``digest`` is that of the request's body. ``version`` is Revoker's when it accepted the run; ``tenant`` and
    ``version`` are None in rows from before 0.3.
    """

    id: str
    trigger: Trigger
    requested_by: Person
    reason: str
    scope: Mapping[str, object]
    priority: Priority
    issued_before: datetime
    created_at: datetime
    dry_run: bool = False
    incident: Incident | None = None
    finish_estimate: datetime | None = None
    finished_at: datetime | None = None
    finished_as: State | None = None
    cancelled_at: datetime | None = None
    cancelled_by: Person | None = None
    retry_of: str | None = None
    retried_by: str | None = None
    plan: str | None = None
    digest: str | None = None
    include_new: bool = False
    sweep_id: str | None = None
    scans: bool = False
    incomplete: bool = False
    acknowledged: tuple[str, ...] = ()
    acknowledged_codes: tuple[str, ...] = ()
    federation: Judgement = field(default_factory=Judgement)
    approval_until: datetime | None = None
    approved_by: Person | None = None
    approved_at: datetime | None = None
    approval_size: int | None = None
    covers: int | None = None
    begun_at: datetime | None = None
    warnings: tuple[str, ...] = ()
    tenant: Tenant | None = None
    version: str | None = None

    @property
    def cutoff(self) -> datetime | None:
        """The moment from before which no session may live, or None where every session is to end.

        A run of 09:30 with ``issuedBefore`` 08:00 has the cutoff 08:00: users revoked at 08:40 are spared. Without
        ``issuedBefore``, or with one of 09:30, no user is spared. Compared in whole seconds, as the directory has them.
        """
        return self.issued_before if self.issued_before < self.created_at.replace(microsecond=0) else None

    @property
    def awaits_approval(self) -> bool:
        """Whether a second person must approve before the run goes on."""
        decided = self.approved_by or self.cancelled_at or self.finished_at
        return self.approval_until is not None and not decided

    @property
    def has_grown(self) -> bool:
        """Whether the scan came to more users than ``covers``; users planned before that are revoked all the same."""
        return self.begun_at is not None

    @property
    def is_held(self) -> bool:
        """Whether no user may be revoked yet."""
        return self.awaits_approval and not self.has_grown

    @property
    def started_at(self) -> datetime | None:
        """When work could begin: on acceptance, or on approval where one was needed from the start."""
        if self.begun_at:
            return self.begun_at
        return self.approved_at if self.approval_until else self.created_at

    def grown(self, size: int, until: datetime) -> "Run":
        """Return this run waiting for a second person to approve ``size`` users, more than ``covers``."""
        return replace(
            self,
            approval_size=size,
            approval_until=until,
            approved_by=None,
            approved_at=None,
            begun_at=self.started_at,
        )

    def warned(self, sentence: str, *, incomplete: bool = False) -> "Run":
        """Return this run with a warning; a sentence that is there already is not added again.

        ``incomplete``: the warning says that part of the run's scope could not be listed.
        """
        warnings = self.warnings
        if sentence not in warnings:
            warnings = (*warnings, sentence)
        return replace(self, warnings=warnings, incomplete=self.incomplete or incomplete)
