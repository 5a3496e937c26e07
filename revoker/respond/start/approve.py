"""A second person approves a large run; without approval in time, the run ends."""

from dataclasses import replace
from datetime import datetime

from revoker import log
from revoker.core.batch import Batch
from revoker.core.errors import ConflictError, OwnApprovalError
from revoker.core.pool import Pool
from revoker.core.request import Person
from revoker.core.run import Run
from revoker.ports.ledger import Ledger
from revoker.ports.outbox import Outbox
from revoker.ports.scans import Scans
from revoker.respond.cancel import mark_cancelled, stop
from revoker.respond.concurrency import gather_limited
from revoker.respond.dispatch import dispatch_run
from revoker.respond.policy import Tools
from revoker.respond.slots import with_slots

_TIMER = Person("revoker", "nobody in time")


async def approve(run: Run, person: Person, tools: Tools) -> Run:
    """Approve a run and send it off.

    Raises ConflictError for a run that does not wait, OwnApprovalError for the person that asked for the run.
    """
    now = tools.clock.now()
    if run.approval_until is None or run.finished_at or run.cancelled_at or now > run.approval_until:
        raise ConflictError("The run does not wait for approval.")
    if person.id == run.requested_by.id:
        raise OwnApprovalError(f"You asked for this run yourself, as {person.name}: have another person approve it.")

    def approved(row: Run) -> Run:
        if row.approved_by or row.finished_at or row.cancelled_at:
            return row
        return replace(row, approved_by=person, approved_at=now)

    run = await tools.ledger.update_run(run.id, approved)
    # Only the call that approved sends the run off. If its worker dies before it does, healing finds the batches.
    if run.approved_at == now:
        log.event("run_approved", run=run.id, by=person.id)
        batches = await _placed(run.id, tools.ledger, tools.policy.pool, now)
        await dispatch_run(run, batches, tools.outbox, now)
    return run


async def expire(run: Run, ledger: Ledger, scans: Scans, outbox: Outbox, now: datetime) -> None:
    """Cancel a run that was not approved in time."""
    if run.approval_until is None or now <= run.approval_until:
        return
    run = await mark_cancelled(run.id, _TIMER, ledger, now, unapproved=True)
    if run.cancelled_at:
        await stop(run, _TIMER, ledger, scans, outbox, now)
        log.failure("approval_expired", run=run.id)


async def _placed(run: str, ledger: Ledger, pool: Pool, now: datetime) -> tuple[Batch, ...]:
    """Give the batches of a run their slots, counted from now: they waited for hours without any."""
    batches: list[Batch] = []
    for name in await ledger.waiting_batches(run):
        batch = await ledger.batch(run, name)
        if batch:
            batches.append(replace(batch, due_at=now, planned_for=now))
    placed = await with_slots(batches, ledger, pool, now)

    async def keep(batch: Batch) -> None:
        at = batch.planned_for
        await ledger.update_batch(run, batch.id, lambda row: replace(row.moved(batch), planned_for=at))

    await gather_limited(keep(batch) for batch in placed)
    return placed
