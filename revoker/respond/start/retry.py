"""Retry an ended run: start a new one for the users that ended failed, refused, abandoned or unverified."""

from dataclasses import replace

from revoker.core.outcome import RETRYABLE, User
from revoker.core.problems import ConflictError
from revoker.core.request import Person, Request, Target, Trigger
from revoker.core.run import Run, State
from revoker.ports.ledger import Ledger
from revoker.respond.every_page import every_user
from revoker.respond.policy import Tools
from revoker.respond.protect import Protection
from revoker.respond.start.accept import accept

_NONE_FAILED = (
    "No user of this run ended failed, refused, abandoned or unverified. For users that were cancelled, or "
    "planned by a dry run, post the request again; this run's issuedBefore spares the users that are done."
)


async def retry(
    run: Run, person: Person, protection: Protection, tools: Tools, *, bounded: bool = True
) -> tuple[Run, bool]:
    """Return the new run, and whether it was there already: asking for the same retry again returns the same run.

    After a retry that was cancelled, asking again starts another one. The new run names its users one by one. A run
    over a whole scope may leave more users than one caller may name: its retry is not ``bounded``. Raises ConflictError
    for a run that has not ended, or that has no user to retry.
    """
    if not run.finished_at:
        raise ConflictError("The run has not ended: wait for it, or cancel it.")
    failed = await _failed(run.id, tools.ledger)
    if not failed:
        raise ConflictError(_NONE_FAILED)
    before = await tools.ledger.run(run.retried_by) if run.retried_by else None
    if before and before.finished_as is not State.CANCELLED:
        return before, True
    key = f"retry:{run.id}"
    if before:
        key = f"{key}:{before.id}"
    again, replayed = await accept(
        _request(run, failed, person), key, key, protection, tools, retry_of=run.id, bounded=bounded
    )
    # The link is written last. If the worker dies before, asking again finds the new run by its key, and links it then.
    await tools.ledger.update_run(run.id, lambda row: replace(row, retried_by=again.id))
    return again, replayed


async def _failed(run: str, ledger: Ledger) -> list[User]:
    found: list[User] = []
    for outcome in sorted(RETRYABLE):
        async for user in every_user(run, outcome, ledger):
            found.append(user)  # noqa: PERF401 - one loop reads better than a comprehension of two
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
