"""Stop a run: whoever was not revoked yet will not be; what Graph accepted already is still looked for."""

from dataclasses import replace
from datetime import timedelta

from revoker import log
from revoker.core.batch import Batch
from revoker.core.errors import ConflictError
from revoker.core.message import Queue, ScanStep
from revoker.core.outcome import Outcome
from revoker.core.request import Person
from revoker.core.run import Run
from revoker.respond.concurrency import gather_limited
from revoker.respond.finish import finish
from revoker.respond.policy import Tools

EVER = timedelta(days=365)
# All of a named run's; a few seconds' work.
_AT_ONCE = 500


async def cancel(run: Run, person: Person, tools: Tools, *, unapproved: bool = False) -> Run:
    """Mark the run first, so that every worker stops at its next batch, then settle whoever waits.

    Raises ConflictError for a run that has ended; cancelling twice is once. With ``unapproved``, one that was approved
    in the last moment goes on.
    """
    now = tools.clock.now()

    def marked(row: Run) -> Run:
        if row.finished_at or row.cancelled_at or (unapproved and not row.awaits_approval):
            return row
        return replace(row.warned(f"Cancelled by {person.name} ({person.id})."), cancelled_at=now)

    run = await tools.ledger.update_run(run.id, marked)
    if unapproved and not run.cancelled_at:
        return run
    if not run.cancelled_at:
        raise ConflictError(f"The run has ended: {run.finished_as}.")
    log.event("run_cancelled", run=run.id, by=person.id)
    await cancel_waiting(run.id, tools)
    scan = await tools.scans.scan(run.id) if run.scans else None
    if scan:  # the rest of a large run is settled message by message
        await tools.outbox.send(Queue.PLAN, ScanStep(run.id, scan.step))
    await finish(run.id, tools)
    return run


async def cancel_waiting(run: str, tools: Tools) -> int:
    """Settle whoever waits in some of the run's batches; returns how many batches those were."""
    waiting = await tools.ledger.waiting_batches(run, tools.clock.now() + EVER, _AT_ONCE)
    await gather_limited(_cancel(run, batch, tools) for batch in waiting)
    return len(waiting)


async def cancel_batch(batch: Batch, tools: Tools) -> None:
    """Settle whoever of a batch was not revoked yet."""
    await _cancel(batch.run, batch.id, tools)


async def _cancel(run: str, batch: str, tools: Tools) -> None:
    now = tools.clock.now()

    def cancelled(row: Batch) -> Batch:
        return row.learn(user.settle(Outcome.CANCELLED, "run_cancelled", now) for user in row.waiting)

    await tools.ledger.update_batch(run, batch, cancelled)
