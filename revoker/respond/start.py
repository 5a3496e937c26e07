"""Accept a request: decide for every user, write it down, then ask for it to be done."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from revoker import log
from revoker.batch import Batch
from revoker.errors import UnavailableError
from revoker.message import Message, Queue
from revoker.pacing import reserve
from revoker.plan import Plan, make_plan
from revoker.request import Priority, Request
from revoker.respond.crowd import together
from revoker.respond.lookup import look_up
from revoker.respond.policy import Tools
from revoker.respond.protect import listed
from revoker.rules import Listed
from revoker.run import Run, final_state, tally

QUEUES = {Priority.URGENT: Queue.URGENT, Priority.BULK: Queue.BULK}
TIMESTAMP = "write"


async def start(request: Request, run_id: str, protected: Listed, tools: Tools, retry_of: str | None = None) -> Run:
    """Plan, record, then send: if we die on the next line, the ledger still shows the work."""
    now = tools.clock.now()
    plan = await _plan(request, protected, tools, now)
    batches = await _with_slots(plan.batches(run_id, now), tools, now, dry_run=request.dry_run)
    run = _run(request, run_id, plan, batches, now)
    run = replace(
        run, retry_of=retry_of, warnings=(*request.warnings, *plan.fold_warning, *_protection_warnings(protected))
    )
    await tools.ledger.open_run(run, batches)
    log.event("run_accepted", run=run.id, trigger=run.trigger, planned=len(plan.planned), settled=len(plan.settled))
    if not run.finished_at:
        await together(dispatch(batch, tools, now) for batch in batches if batch.is_open)
    return run


async def dispatch(batch: Batch, tools: Tools, now: datetime, attempt: int = 0) -> None:
    """Put a batch on its lane, invisible until it is due."""
    delay = max(batch.due_at - now, timedelta(0))
    await tools.outbox.send(QUEUES[batch.lane], Message(batch.run, batch.id, attempt), delay)


async def _plan(request: Request, protected: Listed, tools: Tools, now: datetime) -> Plan:
    excluded = await listed(sorted(request.exclude_users), tools.directory)
    if excluded is None:
        raise UnavailableError("The excluded users cannot be checked now, so nothing was started.")
    found = await look_up(tools.directory, request.targets)
    return make_plan(request, found, protected, excluded, now)


async def _with_slots(batches: Sequence[Batch], tools: Tools, now: datetime, *, dry_run: bool) -> tuple[Batch, ...]:
    """Buy a place in the write quota for every batch; urgent work pays, and does not wait."""
    writes = [len(batch.waiting) for batch in batches]
    if dry_run or not any(writes):
        return tuple(batches)
    quota, moment = tools.policy.quota, now.timestamp()
    before = await tools.ledger.move_timestamp(TIMESTAMP, lambda full: reserve(full, moment, writes, quota).full_at)
    slots = reserve(before, moment, writes, quota).slots
    return tuple(
        batch if batch.lane is Priority.URGENT else replace(batch, due_at=due, planned_for=due)
        for batch, slot in zip(batches, slots, strict=True)
        for due in [now + timedelta(seconds=slot - moment)]
    )


def _run(request: Request, run_id: str, plan: Plan, batches: Sequence[Batch], now: datetime) -> Run:
    counted = tally(user for batch in batches for user in batch.users)
    idle = request.dry_run or not counted.pending
    return Run(
        id=run_id,
        trigger=request.trigger,
        requested_by=request.requested_by,
        reason=request.reason,
        scope={"users": len(request.targets)},
        priority=plan.priority,
        issued_before=request.issued_before or now,
        created_at=now,
        dry_run=request.dry_run,
        incident=request.incident,
        sweep_id=request.sweep_id,
        finish_estimate=None if idle else max(batch.due_at for batch in batches),
        finished_at=now if idle else None,
        finished_as=final_state(counted) if idle else None,
    )


def _protection_warnings(protected: Listed) -> tuple[str, ...]:
    if not protected.unknown:
        return ()
    return (f"REVOKER_PROTECTED names nobody: {', '.join(protected.unknown)}.",)
