"""Decide what a request becomes: the run, its batches, its scan, its warnings. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from revoker.core.batch import Batch
from revoker.core.exclusion import Exclusions
from revoker.core.plan import URGENT_UP_TO, Plan, lane_for, make_plan
from revoker.core.request import Request
from revoker.core.run import Run
from revoker.core.scan import Scan
from revoker.core.source import sources
from revoker.respond.start.facts import Facts
from revoker.respond.start.first_warnings import first_warnings
from revoker.respond.start.new_run import new_run, with_second_person
from revoker.views.warnings import added_up_warning


@dataclass(frozen=True, slots=True, kw_only=True)
class Acceptance:
    """What is written down and sent for a request.

    ``excluded`` are the names that the scan leaves out, ``excluded_before`` the fingerprints of accounts that an
    applied dry run left out. ``exclusions`` are those of which the run warns if they spare no user. ``expected`` is the
    number of users at most, ``recent`` for how many others the caller asked within ten minutes.
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

    def with_batches(self, batches: Sequence[Batch]) -> "Acceptance":
        """Return this with other batches; the run's estimate is when the last of them is due."""
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
    """Return what a request becomes; its batches are due now, until they have slots.

    ``recent`` is for how many users the caller asked within ten minutes without a second person.
    """
    batches = plan.batches(run_id, now)
    run = new_run(request, facts, plan, batches, run_id, now, retry_of=retry_of)
    run = with_second_person(run, request, facts, now, approval_above, recent)
    warnings = (
        *added_up_warning(run.approval_size, recent, approval_above),
        *first_warnings(request, facts, plan, now),
    )
    run = replace(run, warnings=warnings)
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
    return accepted.with_batches(batches)


def plan_request(request: Request, facts: Facts, now: datetime) -> Plan:
    """Return the plan of the named users, and the lane of the run."""
    plan = make_plan(request, facts.found, facts.protected, facts.excluded, now, revoked=facts.revoked)
    if not request.scope:
        return plan
    return replace(plan, priority=lane_for(request.priority, many=facts.extent.exceeds(URGENT_UP_TO)))


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
