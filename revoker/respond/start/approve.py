"""A second person approves a large run; without approval in time, the run ends.

An approval is for the number of users that the run shows. A call that names another number is refused, and once the
scope has grown so is a call without a number: a client that repeats an old call must not approve a number that its
person never saw.
"""

from dataclasses import replace
from datetime import datetime

from revoker import log
from revoker.core.batch import Batch
from revoker.core.growth import most_users
from revoker.core.pool import Pool
from revoker.core.problems import ConflictError, OwnApprovalError
from revoker.core.request import Person
from revoker.core.run import Run
from revoker.ports.ledger import Ledger
from revoker.ports.outbox import Outbox
from revoker.ports.scans import Scans
from revoker.respond.cancel import mark_cancelled, stop
from revoker.respond.concurrency import gather_limited
from revoker.respond.dispatch import dispatch_run, dispatch_step
from revoker.respond.policy import Tools
from revoker.respond.slots import with_slots

_TIMER = Person("revoker", "no approval in time")


async def approve(run: Run, person: Person, tools: Tools, *, users: int | None = None) -> Run:
    """Approve a run and send its messages; ``users`` is the number of users that is approved.

    Raises ConflictError for a run that does not wait or asks for another number, OwnApprovalError for the person that
    asked for the run.
    """
    now = tools.clock.now()
    _must_wait(run, person, users, now)
    if run.has_grown and run.awaits_approval:
        await _renew(run.id, tools.scans, now)
    asked, above = run.approval_size, tools.policy.approval_above

    def approved(row: Run) -> Run:
        if not row.awaits_approval or row.approval_size != asked:
            return row
        return replace(row, approved_by=person, approved_at=now, covers=_covers(row, above))

    run = await tools.ledger.update_run(run.id, approved)
    # Two calls may approve at once, and only the one that the row names sends messages. If it dies before, healing
    # finds the batches.
    if (run.approved_by, run.approved_at) == (person, now):
        log.event("run_approved", run=run.id, by=person.id, users=asked)
        await _send(run, tools.ledger, tools.scans, tools.outbox, tools.policy.pool, now)
    return run


def _must_wait(run: Run, person: Person, users: int | None, now: datetime) -> None:
    if run.approval_until is None or run.finished_at or run.cancelled_at or now > run.approval_until:
        raise ConflictError("The run does not wait for approval.")
    if person.id == run.requested_by.id:
        raise OwnApprovalError(f"You asked for this run yourself, as {person.name}: have another person approve it.")
    if users is None and run.has_grown and run.awaits_approval:
        raise ConflictError(
            f"The scope has grown: look at the run again, and approve it with users={run.approval_size}."
        )
    if users not in (None, run.approval_size):
        raise ConflictError(
            f"The run asks for approval of {run.approval_size} users, not of {users}: look at it again."
        )


def _covers(run: Run, above: int) -> int | None:
    """Return how many users the scan may plan once its run is approved; None, any number, stays."""
    if run.covers is None or run.approval_size is None:
        return run.covers
    return max(run.covers, most_users(run.approval_size, above))


async def _renew(run: str, scans: Scans, now: datetime) -> None:
    """Begin the scan's step anew: the hours that it waited for approval do not count against the time of its tries."""
    await scans.update(run, lambda row: replace(row, due_at=now, since=now, attempts=0, healed=0, begun=False))


async def _send(run: Run, ledger: Ledger, scans: Scans, outbox: Outbox, pool: Pool, now: datetime) -> None:
    scan = await scans.scan(run.id) if run.has_grown else None
    if scan:  # the scope has grown: batches planned before are on their queues, and only the scan is to go on
        await dispatch_step(scan, outbox, now)
    else:
        await dispatch_run(run, await _give_slots(run.id, ledger, pool, now), outbox, now)


async def expire(run: Run, ledger: Ledger, scans: Scans, outbox: Outbox, now: datetime) -> None:
    """Cancel a run that was not approved in time."""
    if run.approval_until is None or now <= run.approval_until:
        return
    run = await mark_cancelled(run.id, _TIMER, ledger, now, unapproved=True)
    if run.cancelled_at:
        await stop(run, _TIMER, ledger, scans, outbox, now)
        log.failure("approval_expired", run=run.id)


async def _give_slots(run: str, ledger: Ledger, pool: Pool, now: datetime) -> tuple[Batch, ...]:
    """Give the batches of a run their slots, counted from now: they waited for hours without any."""
    batches: list[Batch] = []
    for name in await ledger.waiting_batches(run):
        batch = await ledger.batch(run, name)
        if batch:
            batches.append(replace(batch, due_at=now, planned_for=now))
    due = await with_slots(batches, ledger, pool, now)

    async def keep(batch: Batch) -> None:
        at = batch.planned_for
        await ledger.update_batch(run, batch.id, lambda row: replace(row.moved(batch), planned_for=at))

    await gather_limited(keep(batch) for batch in due)
    return due
