"""Accept a request: decide for every user named, write it down, then ask for it to be done."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from revoker import log
from revoker.core.batch import Batch
from revoker.core.errors import UnavailableError
from revoker.core.fingerprint import fingerprints
from revoker.core.message import Queue, ScanStep
from revoker.core.plan import URGENT_UP_TO, Plan, make_plan
from revoker.core.request import Priority, Request, Trigger
from revoker.core.rules import NamedAccounts
from revoker.core.run import APPROVE_WITHIN, Run, final_state
from revoker.core.scan import Scan
from revoker.core.source import sources
from revoker.core.tally import tally
from revoker.respond.lookup import look_up
from revoker.respond.policy import Tools
from revoker.respond.protect import listed
from revoker.respond.slots import dispatch_all, with_slots
from revoker.respond.start.gate import pass_gate
from revoker.respond.start.measure import Extent, measure
from revoker.respond.start.size_check import check_size
from revoker.views.warnings import approval_warning, cutoff_warning, fold_warning, protection_warning


async def start(
    request: Request,
    run_id: str,
    protected: NamedAccounts,
    tools: Tools,
    *,
    key: str | None = None,
    retry_of: str | None = None,
) -> Run | None:
    """Check, plan, record, then send: if we die on the next line, the ledger still shows the work.

    Return None where the idempotency key passed to another run meanwhile: nothing was started then. What a sweep
    starts passed the gate, and the approval, when the sweep was made, for about as many users as it was then.
    """
    extent = await measure(request, tools)
    check_size(request, extent.expected, tools.policy.approval_above)
    scheduled = request.trigger is Trigger.SCHEDULE
    acknowledged = request.acknowledge if scheduled else await pass_gate(request, tools)
    now = tools.clock.now()
    plan = await _plan(request, protected, extent, tools, now)
    above = tools.policy.approval_above
    asks = bool(above) and extent.expected > above and not (request.dry_run or scheduled)
    batches = plan.batches(run_id, now)
    if not (asks or request.dry_run):
        batches = await with_slots(batches, tools, now)
    run = _run(request, run_id, plan, batches, now, approval_until=now + APPROVE_WITHIN if asks else None)
    said = (
        *request.warnings,
        *approval_warning(above, run.approval_until),
        *cutoff_warning(request, now),
        *extent.warnings,
        *acknowledged,
        *fold_warning(plan.folded),
        *protection_warning(protected),
    )
    run = replace(run, retry_of=retry_of, acknowledged=acknowledged, warnings=said)
    if run.scans:
        await tools.scans.open(_scan(request, run, extent, now), batches, fingerprints(_spared(request, extent)))
    if not await tools.ledger.open_run(run, batches, key):
        return None
    many, made_for, due, scope = extent.expected, request.approved_size, run.finish_estimate, kinds(request)
    log.event(
        "run_accepted", run=run.id, trigger=run.trigger, scope=scope, expected=many, approved_size=made_for, due=due
    )
    if asks:
        log.event("run_awaits_approval", run=run.id, expected=many, until=run.approval_until)
    elif not run.finished_at:
        await set_going(run, batches, tools, now)
    return run


async def set_going(run: Run, batches: Sequence[Batch], tools: Tools, now: datetime) -> None:
    """Ask for what is planned to be done, and for the rest to be planned."""
    if not run.dry_run:
        await dispatch_all(batches, tools, now)
    if run.scans:
        await tools.outbox.send(Queue.PLAN, ScanStep(run.id, 0))


async def _plan(request: Request, protected: NamedAccounts, extent: Extent, tools: Tools, now: datetime) -> Plan:
    excluded = await listed(sorted(request.exclude_users), tools.graph_users)
    if excluded is None:
        raise UnavailableError("The excluded users cannot be checked now, so nothing was started.")
    # Group members are known by both names; a user of whom only one is known cannot hide from either list.
    excluded = replace(excluded, names=excluded.names | extent.spared)
    found = await look_up(tools.graph_users, request.targets)
    plan = make_plan(request, found, protected, excluded, now)
    if not request.scope:
        return plan
    return replace(plan, priority=request.priority or _lane(extent))


def _lane(extent: Extent) -> Priority:
    return Priority.URGENT if extent.expected <= URGENT_UP_TO else Priority.BULK


def _spared(request: Request, extent: Extent) -> frozenset[str]:
    return request.exclude_users | extent.spared


def _scan(request: Request, run: Run, extent: Extent, now: datetime) -> Scan:
    return Scan(
        run=run.id,
        sources=sources(request.scope, request.requested_by.id),
        due_at=now,
        since=now,
        lane=run.priority,
        skip_guests=request.include_guests is not True,
        expected=extent.expected,
    )


def _run(
    request: Request,
    run_id: str,
    plan: Plan,
    batches: Sequence[Batch],
    now: datetime,
    *,
    approval_until: datetime | None,
) -> Run:
    counted = tally(user for batch in batches for user in batch.users)
    idle = not request.scope and (request.dry_run or not counted.pending)
    return Run(
        id=run_id,
        trigger=request.trigger,
        requested_by=request.requested_by,
        reason=request.reason,
        scope=_scope(request),
        priority=plan.priority,
        issued_before=request.issued_before or now.replace(microsecond=0),  # the directory counts whole seconds
        created_at=now,
        dry_run=request.dry_run,
        incident=request.incident,
        sweep_id=request.sweep_id,
        scans=bool(request.scope),
        approval_until=None if idle else approval_until,
        finish_estimate=max((batch.due_at for batch in batches if batch.waiting), default=None),
        finished_at=now if idle else None,
        finished_as=final_state(counted) if idle else None,
    )


def _scope(request: Request) -> dict[str, object]:
    """Return what was asked for, as the status shows it: named users by their number alone."""
    scope, spared = request.scope, len(request.exclude_users)
    shown: dict[str, object] = {
        "users": len(request.targets),
        "groups": list(scope.groups),
        "roles": list(scope.roles),
        "filter": scope.filter,
        "allUsers": scope.all_users,
        "exclude": {"users": spared, "groups": list(request.exclude_groups)},
    }
    return shown


def kinds(request: Request) -> list[str]:
    """Return what kinds of scope a request names."""
    scope = request.scope
    asked = {"users": request.targets, "groups": scope.groups, "roles": scope.roles, "filter": scope.filter}
    return [kind for kind, given in {**asked, "allUsers": scope.all_users}.items() if given]
