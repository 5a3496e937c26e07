"""Cancel a run: its waiting users are settled as cancelled; users that Graph accepted are verified all the same."""

from dataclasses import replace
from datetime import datetime

from revoker import log
from revoker.core.problems import ConflictError
from revoker.core.request import Person
from revoker.core.run import Run
from revoker.ports.ledger import Ledger
from revoker.ports.outbox import Outbox
from revoker.ports.scans import Scans
from revoker.respond.concurrency import gather_limited
from revoker.respond.dispatch import dispatch_step
from revoker.respond.finish import finish
from revoker.respond.give_back import give_back
from revoker.respond.policy import Tools

# The 10,000 users that a request may name are 500 batches: settling them takes a few seconds.
_MOST_BATCHES = 500


async def cancel(run: Run, person: Person, tools: Tools) -> Run:
    """Cancel a run; raises ConflictError for a run that has ended. Cancelling again changes nothing."""
    now = tools.clock.now()
    run = await mark_cancelled(run.id, person, tools.ledger, now)
    if not run.cancelled_at:
        raise ConflictError(f"The run has ended: {run.finished_as}.")
    # Reserved writes are counted before the users are settled, since no user waits afterwards. Users that are
    # `retrying` do not count: their call has used their slots up.
    unused: dict[str, int] = {}
    if not run.finished_at:
        unused |= await tools.ledger.planned_writes(run.id)
    await stop(run, person, tools.ledger, tools.scans, tools.outbox, now)
    if (run.cancelled_by, run.cancelled_at) == (person, now) and run.started_at and not run.dry_run:
        await give_back(run.id, unused, tools.ledger, tools.policy.pool, now)
    return run


async def mark_cancelled(
    run_id: str, person: Person, ledger: Ledger, now: datetime, *, unapproved: bool = False
) -> Run:
    """Write on the run that it is cancelled, unless it has ended; returns the run as it is afterwards.

    With ``unapproved``, only a run that still awaits approval is cancelled: it may have been approved a moment ago.
    """

    def cancelled(row: Run) -> Run:
        if row.finished_at or row.cancelled_at or (unapproved and not row.awaits_approval):
            return row
        return replace(row, cancelled_at=now, cancelled_by=person)

    return await ledger.update_run(run_id, cancelled)


async def stop(run: Run, person: Person, ledger: Ledger, scans: Scans, outbox: Outbox, now: datetime) -> None:
    """Settle the waiting users of a run that is marked as cancelled.

    The run is marked before its users are settled, so a worker that holds one of its batches finds the mark with the
    next one.
    """
    log.event("run_cancelled", run=run.id, by=person.id)
    await cancel_waiting(run.id, ledger, now)
    scan = await scans.scan(run.id) if run.scans else None
    if scan:  # its run may have more batches than one call settles: each message of the scan settles 500 more
        await dispatch_step(replace(scan, due_at=now), outbox, now)
    await finish(run.id, ledger, now)


async def cancel_waiting(run: str, ledger: Ledger, now: datetime) -> int:
    """Settle the waiting users of at most 500 of the run's batches; returns the number of batches."""
    waiting = await ledger.waiting_batches(run, limit=_MOST_BATCHES)
    await gather_limited(cancel_batch(run, batch, ledger, now) for batch in waiting)
    return len(waiting)


async def cancel_batch(run: str, batch: str, ledger: Ledger, now: datetime) -> None:
    """Settle a batch's waiting users as cancelled."""
    await ledger.update_batch(run, batch, lambda row: row.cancel_waiting("run_cancelled", now))
