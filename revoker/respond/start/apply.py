"""Apply a dry run: make a request for exactly the users that it planned."""

from dataclasses import replace
from typing import cast

from revoker.core.applied_plan import AppliedPlan
from revoker.core.outcome import Outcome
from revoker.core.plan_request import PlanRequest
from revoker.core.problems import ConflictError
from revoker.core.request import Request, Scope, Target, Trigger
from revoker.core.run import Run, State
from revoker.core.told_compromise import with_compromise
from revoker.ports.ledger import Ledger
from revoker.ports.scans import Scans
from revoker.respond.every_page import every_user


async def request_of(wanted: PlanRequest, dry: Run, ledger: Ledger, scans: Scans) -> Request:
    """Return the request that applies a dry run; raises ConflictError for a run that is none, or has not completed."""
    if not dry.dry_run:
        raise ConflictError(f"Run {dry.id} is no dry run: start one with dryRun, look at it, then apply it.")
    if dry.finished_as not in {State.COMPLETED, State.COMPLETED_WITH_FAILURES}:
        raise ConflictError(f"The dry run {dry.id} did not complete, so its plan is not whole: start a new one.")
    request = _judged_as(dry, wanted)
    if not dry.scans:
        return replace(request, targets=await _targets(dry, ledger))
    scan, plan = await scans.scan(dry.id), request.plan
    if plan:
        planned = (await ledger.tally(dry.id)).count(Outcome.PLANNED)
        plan = replace(plan, planned=planned, excluded=await scans.fingerprints(dry.id, "excluded"))
    return replace(
        request,
        scope=_scope(dry),
        exclude_groups=tuple(_list_at(dry, "exclude", "groups")),
        include_guests=not (scan and scan.skip_guests),
        plan=plan,
    )


def _judged_as(dry: Run, wanted: PlanRequest) -> Request:
    """Return the request so far as the dry run's row tells; the gate judges it by the dry run's compromise."""
    request = Request(
        trigger=Trigger.HTTP,
        requested_by=wanted.requested_by,
        reason=wanted.reason or dry.reason,
        issued_before=dry.cutoff,
        priority=wanted.priority or dry.priority,
        incident=wanted.incident or dry.incident,
        acknowledge=wanted.acknowledge,
        plan=AppliedPlan(run=dry.id, scope=dry.scope, include_new=wanted.include_new),
    )
    return with_compromise(request, dry.federation.compromise)


async def _targets(dry: Run, ledger: Ledger) -> tuple[Target, ...]:
    """Return the planned users of a dry run of named users, by object id where it is known."""
    targets: list[Target] = []
    async for user in every_user(dry.id, Outcome.PLANNED, ledger):
        targets.append(Target(requested_as=user.requested_as, name=user.address.lower(), external=user.external))  # noqa: PERF401
    return tuple(targets)


def _scope(dry: Run) -> Scope:
    return Scope(
        groups=tuple(_list_at(dry, "groups")),
        roles=tuple(_list_at(dry, "roles")),
        filter=cast("str | None", dry.scope.get("filter")),
        all_users=dry.scope.get("allUsers") is True,
    )


def _list_at(dry: Run, *path: str) -> list[str]:
    """Return a list in a run's scope, as ``views.scope`` wrote it."""
    value: object = dry.scope
    for name in path:
        value = value.get(name) if isinstance(value, dict) else None
    return value if isinstance(value, list) else []
