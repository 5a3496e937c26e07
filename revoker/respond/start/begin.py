"""Begin a run: gather what the directory says, decide (``acceptance``), write the decision down, send the messages."""

from dataclasses import replace
from datetime import datetime

from revoker import log
from revoker.core.caller_use import Ask, CallerUse
from revoker.core.fingerprint import fingerprints
from revoker.core.pacing import Quota
from revoker.core.plan import Plan
from revoker.core.request import Priority, Request, Trigger
from revoker.core.run import Run
from revoker.ports.ledger import Ledger
from revoker.ports.outbox import Outbox
from revoker.ports.scans import Scans
from revoker.respond.dispatch import dispatch_run
from revoker.respond.exclusions import keep_exclusions
from revoker.respond.policy import Tools
from revoker.respond.protect import Protection
from revoker.respond.slots import with_slots
from revoker.respond.start.acceptance import Acceptance, accept_run, plan_request
from revoker.respond.start.callers import put_on_account
from revoker.respond.start.facts import Facts
from revoker.respond.start.find_related import find_related
from revoker.respond.start.gather import gather_facts
from revoker.respond.start.resolve import resolve
from revoker.views.scope import kinds
from revoker.views.warnings import lane_warning


async def begin(
    request: Request,
    run_id: str,
    digest: str,
    protection: Protection,
    tools: Tools,
    *,
    key: str | None = None,
    retry_of: str | None = None,
    bounded: bool = True,
) -> Run | None:
    """Return the new run, or None where its idempotency key has passed to another run and nothing was started.

    Raises the refusals of measuring, size check and gate, UnavailableError while the directory does not answer, and
    TooManyError for a caller with too many users waiting, unless it is not ``bounded``.
    """
    above = tools.policy.approval_above
    resolved, protected = await resolve(request, tools.graph_users, tools.graph_listings), await protection.current()
    request = resolved.request
    now = tools.clock.now()
    facts = await gather_facts(resolved, protected, tools.graph_users, tools.graph_listings, tools.ledger, above, now)
    now = tools.clock.now()
    facts = replace(facts, related=await find_related(request, key, digest, tools.ledger, now), digest=digest)
    plan = plan_request(request, facts, now)
    ask, recent = _ask(request, facts, plan, run_id, bounded=bounded), 0
    if ask:
        # The run is added to its caller's account before it is written: of two requests at the same moment, the second
        # one then counts the users of the first.
        use = await put_on_account(ask, request.requested_by.id, tools.ledger, tools.policy, now)
        request, plan = _in_lane(request, plan, ask, use, tools.policy.pool.together, now)
        recent = use.recent(now)
    accepted = accept_run(request, facts, plan, run_id, now, approval_above=above, recent=recent, retry_of=retry_of)
    if accepted.takes_slots:
        accepted = accepted.with_batches(await with_slots(accepted.batches, tools.ledger, tools.policy.pool, now))
    return await _carry_out(request, accepted, key, tools.ledger, tools.scans, tools.outbox, now)


async def _carry_out(
    request: Request, accepted: Acceptance, key: str | None, ledger: Ledger, scans: Scans, outbox: Outbox, now: datetime
) -> Run | None:
    """Write the decision and send the run's messages; None where the key has passed to another run."""
    if not await _write(accepted, key, ledger, scans):
        return None
    _log_accepted(request, accepted)
    if accepted.goes_now:
        await dispatch_run(accepted.run, accepted.batches, outbox, now)
    return accepted.run


def _ask(request: Request, facts: Facts, plan: Plan, run_id: str, *, bounded: bool) -> Ask | None:
    """Return what is added to the caller's account: nothing for a dry run, nor for a sweep that was approved itself."""
    named = not request.scope
    if request.dry_run or request.trigger is Trigger.SCHEDULE or (named and not plan.planned):
        return None
    return Ask(
        run=run_id,
        users=len(plan.planned),
        size=facts.extent.expected,
        bounded=bounded and named,
        urgent=named and plan.priority is Priority.URGENT,
    )


def _in_lane(
    request: Request, plan: Plan, ask: Ask, use: CallerUse, quota: Quota, now: datetime
) -> tuple[Request, Plan]:
    """Return request and plan, for the bulk lane where the caller's share of the urgent lane is used up."""
    if not ask.urgent or use.fits_urgent_share(ask, quota, now):
        return request, plan
    return replace(request, warnings=(*request.warnings, lane_warning())), replace(plan, priority=Priority.BULK)


async def _write(accepted: Acceptance, key: str | None, ledger: Ledger, scans: Scans) -> bool:
    """Write scan, batches and run, in this order; the queue comes after all of them.

    Scan before run: a worker that dies in between leaves a scan without a run, which nothing reads. In the other order
    the run would be found without its scan, and would end at once with its scope left out.
    Batches before run (inside ``open_run``): a run that can be read has all of its users.
    Run before queue: a worker that dies in between leaves batches that healing finds. In the other order a message
    would come for a batch that is not there.
    """
    if accepted.scan:
        await keep_exclusions(accepted.run.id, accepted.exclusions, scans)
        await scans.open(accepted.scan, accepted.batches, fingerprints(accepted.excluded) | accepted.excluded_before)
    return await ledger.open_run(accepted.run, accepted.batches, key)


def _log_accepted(request: Request, accepted: Acceptance) -> None:
    run = accepted.run
    log.event(
        "run_accepted",
        run=run.id,
        trigger=run.trigger,
        scope=kinds(request),
        expected=accepted.expected,
        approved_size=request.approved_size,
        recent=accepted.expected + accepted.recent,
        due=run.finish_estimate,
    )
    if run.approval_until:
        log.event("run_awaits_approval", run=run.id, expected=accepted.expected, until=run.approval_until)
