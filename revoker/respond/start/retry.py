"""A new run of exactly those whom an ended run did not get done, linked both ways."""

from dataclasses import replace

from revoker.core.errors import ConflictError
from revoker.core.outcome import RETRYABLE, User
from revoker.core.request import Person, Request, Target, Trigger
from revoker.core.run import Run, State
from revoker.respond.policy import Tools
from revoker.respond.protect import Protection
from revoker.respond.start.accept import accept

_PAGE = 1000


async def retry(run: Run, person: Person, protection: Protection, tools: Tools) -> tuple[Run, bool]:
    """Return the new run, and whether it was there already: one retry of a run is one run, however often it is asked.

    A retry that ended cancelled did not do what was asked of it, so asking again is another.
    Raises ConflictError for a run that goes on, or that has nobody to retry.
    """
    if not run.finished_at:
        raise ConflictError("The run has not ended: wait for it, or cancel it.")
    failed = await _failed(run.id, tools)
    if not failed:
        raise ConflictError(
            "Nobody in this run ended failed, refused, abandoned or unverified. Whoever was cancelled, or planned by a "
            "dry run, is for a new run: post the request again, with this run's issuedBefore to spare who is done."
        )
    before = await tools.ledger.run(run.retried_by) if run.retried_by else None
    if before and before.finished_as is not State.CANCELLED:
        return before, True
    key, request = f"retry:{run.id}" + (f":{before.id}" if before else ""), _request(run, failed, person)
    again, replayed = await accept(request, key, key, protection, tools, retry_of=run.id)
    await tools.ledger.update_run(run.id, lambda row: replace(row, retried_by=again.id))
    return again, replayed


async def _failed(run: str, tools: Tools) -> list[User]:
    found: list[User] = []
    for outcome in sorted(RETRYABLE):
        cursor: str | None = None
        while True:
            page = await tools.ledger.users(run, outcome, _PAGE, cursor)
            found += page.rows
            cursor = page.cursor
            if cursor is None:
                break
    return found


def _request(run: Run, failed: list[User], person: Person) -> Request:
    targets = tuple(
        Target(requested_as=user.requested_as, name=user.key.lower(), external=user.external) for user in failed
    )
    return Request(
        trigger=Trigger.HTTP,
        requested_by=person,
        reason=f"Retry of {run.id}: {run.reason}"[:500],
        targets=targets,
        issued_before=run.cutoff,
        priority=run.priority,
        incident=run.incident,
    )
