"""The run that a request becomes, and whether it waits for a second person. Pure."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from revoker.core.batch import Batch
from revoker.core.plan import Plan
from revoker.core.request import Request
from revoker.core.run import APPROVE_WITHIN, Run
from revoker.core.run_state import final_state
from revoker.core.tally import tally
from revoker.respond.start.facts import Facts
from revoker.respond.start.second_person import covers, needs_approval
from revoker.version import VERSION
from revoker.views.scope import scope_of


def new_run(
    request: Request,
    facts: Facts,
    plan: Plan,
    batches: Sequence[Batch],
    run_id: str,
    now: datetime,
    *,
    retry_of: str | None = None,
) -> Run:
    """Return the run of a request and its named users; one without a user to revoke ends as it begins."""
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
        retry_of=retry_of,
        acknowledged=facts.gate.sentences,
        acknowledged_codes=facts.gate.codes,
        federation=facts.gate.judged,
        digest=facts.digest,
        tenant=facts.tenant,
        version=VERSION,
    )
    counted = tally(user for batch in batches for user in batch.users)
    if request.scope or (counted.pending and not request.dry_run):
        return run
    return replace(run, finished_at=now, finished_as=final_state(counted))


def with_second_person(run: Run, request: Request, facts: Facts, now: datetime, above: int, recent: int) -> Run:
    """Return the run with how many users it may revoke, and until when a second person must approve it, if one must.

    With a cap (``above``) of 200 and ``recent`` 50 users that the caller asked for within ten minutes: a request for
    150 users needs no approval, one for 151 does.
    """
    run = replace(run, covers=covers(request, facts, above, recent))
    if run.finished_at or not needs_approval(request, facts, above, recent):
        return run
    return replace(run, approval_until=now + APPROVE_WITHIN, approval_size=facts.extent.expected)
