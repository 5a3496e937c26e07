"""Decide what a request becomes: the run, its batches, its scan, its warnings. Pure: no port is asked."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from revoker.core.batch import Batch
from revoker.core.exclusion import Exclusions
from revoker.core.plan import URGENT_UP_TO, Plan, make_plan
from revoker.core.request import Priority, Request
from revoker.core.run import APPROVE_WITHIN, Run
from revoker.core.run_state import final_state
from revoker.core.scan import Scan
from revoker.core.source import sources
from revoker.core.tally import tally
from revoker.respond.start.facts import Facts
from revoker.respond.start.first_warnings import first_warnings
from revoker.respond.start.second_person import covers, needs_approval
from revoker.version import VERSION
from revoker.views.scope import scope_of
from revoker.views.warnings import added_up_warning


@dataclass(frozen=True, slots=True, kw_only=True)
class Acceptance:
    """What is written down and sent for a request.

    ``excluded`` are the names that the scan leaves out, ``exclusions`` those that it is to meet, ``excluded_before``
    the fingerprints of those that an applied dry run left out; ``expected`` is the number of users at most, ``recent``
    for how many others the caller asked within ten minutes.
    """

    run: Run
    batches: tuple[Batch, ...]
    scan: Scan | None
    excluded: frozenset[str]
    excluded_before: frozenset[bytes]
    exclusions: Exclusions
    expected: int
    recent: int

    @property
    def takes_slots(self) -> bool:
        """Whether its batches need slots now; those of a run that awaits approval get theirs with the approval."""
        return not (self.run.dry_run or self.run.awaits_approval or self.run.finished_at)

    @property
    def goes_now(self) -> bool:
        """Whether there is anything to send now."""
        return not (self.run.awaits_approval or self.run.finished_at)

    def placed(self, batches: Sequence[Batch]) -> "Acceptance":
        """Return this with its batches at their slots: the last one tells when the run's calls end."""
        due = [batch.due_at for batch in batches if batch.waiting]
        run = replace(self.run, finish_estimate=max(due, default=None))
        return replace(self, run=run, batches=tuple(batches))


def accept_run(
    request: Request,
    facts: Facts,
    plan: Plan,
    run_id: str,
    now: datetime,
    *,
    approval_above: int,
    recent: int = 0,
    retry_of: str | None = None,
) -> Acceptance:
    """Return what a request becomes; its batches are due now, until they are placed.

    ``recent`` is for how many users the caller asked within ten minutes without a second person.
    """
    batches = plan.batches(run_id, now)
    run = _run(request, facts, run_id, plan, batches, now)
    if needs_approval(request, facts, approval_above, recent) and not run.finished_at:
        run = replace(run, approval_until=now + APPROVE_WITHIN, approval_size=facts.extent.expected)
    run = replace(
        run,
        covers=covers(request, facts, approval_above, recent),
        retry_of=retry_of,
        acknowledged=facts.gate.sentences,
        acknowledged_codes=facts.gate.codes,
        federation=facts.gate.judged,
        warnings=(
            *added_up_warning(run.approval_size, recent, approval_above),
            *first_warnings(request, facts, plan, now),
        ),
    )
    accepted = Acceptance(
        run=run,
        batches=batches,
        scan=_scan(request, run, facts, now),
        excluded=request.exclude_users | facts.extent.spared,
        excluded_before=request.plan.excluded if request.plan else frozenset(),
        exclusions=facts.exclusions,
        expected=facts.extent.expected,
        recent=recent,
    )
    return accepted.placed(batches)


def plan_request(request: Request, facts: Facts, now: datetime) -> Plan:
    """Return the plan of the named users, and the lane of the run."""
    plan = make_plan(request, facts.found, facts.protected, facts.excluded, now, revoked=facts.revoked)
    if not request.scope:
        return plan
    lane = request.priority or Priority.URGENT
    if facts.extent.exceeds(URGENT_UP_TO):
        lane = Priority.BULK
    return replace(plan, priority=lane)


def _run(request: Request, facts: Facts, run_id: str, plan: Plan, batches: Sequence[Batch], now: datetime) -> Run:
    run = Run(
        id=run_id,
        trigger=request.trigger,
        requested_by=request.requested_by,
        reason=request.reason,
        scope=request.plan.scope if request.plan else scope_of(request, facts.names),
        priority=plan.priority,
        issued_before=request.issued_before or now.replace(microsecond=0),  # the directory counts whole seconds
        created_at=now,
        dry_run=request.dry_run,
        incident=request.incident,
        sweep_id=request.sweep_id,
        scans=bool(request.scope),
        plan=request.plan.run if request.plan else None,
        include_new=bool(request.plan and request.plan.include_new),
        digest=facts.digest,
        tenant=facts.tenant,
        version=VERSION,
    )
    counted = tally(user for batch in batches for user in batch.users)
    if request.scope or (counted.pending and not request.dry_run):
        return run
    return replace(run, finished_at=now, finished_as=final_state(counted))  # no user to revoke: it ends as it begins


def _scan(request: Request, run: Run, facts: Facts, now: datetime) -> Scan | None:
    if not run.scans:
        return None
    return Scan(
        run=run.id,
        sources=sources(request.scope, request.requested_by.id, run.plan),
        due_at=now,
        since=now,
        lane=run.priority,
        skip_guests=request.include_guests is not True,
        expected=facts.extent.expected,
    )
