"""A second person lets a large run go."""

from dataclasses import replace
from datetime import datetime

from revoker import log
from revoker.core.batch import Batch
from revoker.core.errors import ConflictError, ForbiddenError
from revoker.core.request import Person
from revoker.core.run import Run
from revoker.respond.cancel import EVER, cancel
from revoker.respond.concurrency import gather_limited
from revoker.respond.policy import Tools
from revoker.respond.slots import with_slots
from revoker.respond.start.gate import named
from revoker.respond.start.start import set_going

_NOBODY = Person("revoker", "nobody in time")


async def approve(run: Run, person: Person, tools: Tools) -> Run:
    """Let the run go; raises ConflictError where it does not wait, ForbiddenError for whoever asked for it."""
    now = tools.clock.now()
    if run.approval_until is None or run.finished_at or run.cancelled_at or now > run.approval_until:
        raise ConflictError("The run does not wait for approval.")
    if person.id == run.requested_by.id:
        raise ForbiddenError("A second person must approve: this run is your own.")

    def approved(row: Run) -> Run:
        if row.approved_by or row.finished_at or row.cancelled_at:
            return row
        said = row.warned(f"Approved by {named(person)}.")
        return replace(said, approved_by=person, approved_at=now)

    run = await tools.ledger.update_run(run.id, approved)
    if run.approved_at == now:
        log.event("run_approved", run=run.id, by=person.id)
        await set_going(run, await _placed(run.id, tools, now), tools, now)
    return run


async def expire(run: Run, tools: Tools) -> None:
    """End a run that nobody approved in time."""
    if run.approval_until is None or tools.clock.now() <= run.approval_until:
        return
    if (await cancel(run, _NOBODY, tools, unapproved=True)).cancelled_at:
        log.failure("approval_expired", run=run.id)


async def _placed(run: str, tools: Tools, now: datetime) -> tuple[Batch, ...]:
    """Buy places for whom the run names: those of its acceptance would have gone stale."""
    names = await tools.ledger.waiting_batches(run, now + EVER)
    batches = [batch for name in names if (batch := await tools.ledger.batch(run, name))]
    placed = await with_slots([replace(batch, due_at=now, planned_for=now) for batch in batches], tools, now)

    async def keep(batch: Batch) -> None:
        at = batch.planned_for
        await tools.ledger.update_batch(run, batch.id, lambda row: replace(row.moved(batch), planned_for=at))

    await gather_limited(keep(batch) for batch in placed)
    return placed
