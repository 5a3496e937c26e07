"""Mark a run's end once nothing is left to do, take an end back, and warn on a run."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from revoker import log
from revoker.core.directory_user import directory_user
from revoker.core.graph_answer import GraphAnswer
from revoker.core.run import Run, State
from revoker.core.run_state import final_state
from revoker.ports.ledger import Ledger
from revoker.views.warnings import conflicting_warning

_UNREADABLE = (
    "Reading users back is refused (User.Read.All is missing), so outcomes stay `revoked`: accepted by Graph, "
    "not seen in the directory."
)


async def finish(run_id: str, ledger: Ledger, now: datetime, *, dry_run: bool = False) -> None:
    """End the run if no user is pending and no page is to come. Finishing twice is harmless."""
    # The tally reads the scan's row before the shards. A page that is planned between the two reads leaves `planning`
    # set; the other way round, its users would be in neither.
    counted = await ledger.tally(run_id)
    if counted.planning or (counted.pending and not dry_run):
        return

    def ended(run: Run) -> Run:
        state = final_state(counted, cancelled=run.cancelled_at is not None, incomplete=run.incomplete)
        if run.finished_as is None:
            return replace(run, finished_at=now, finished_as=state)
        # Healing gave a user up, so the run ended with failures. Then the worker that stood still writes that Graph had
        # accepted the user: the end becomes better. It never becomes worse.
        if (run.finished_as, state) == (State.COMPLETED_WITH_FAILURES, State.COMPLETED):
            return replace(run, finished_as=state)
        return run

    run = await ledger.update_run(run_id, ended)
    if run.finished_at != now:
        return
    log.event("run_finished", run=run_id, state=run.finished_as, counts=counted.counts)
    # A worker may have written an accepted user between the tally above and the end: it is looked for again.
    if not dry_run and (await ledger.tally(run_id)).pending:
        await reopen(run_id, ledger)


async def reopen(run_id: str, ledger: Ledger) -> None:
    """Take a run's end back: Graph had accepted a user that was given up or cancelled in that moment.

    Healing looks after every run that has not ended, so the user is checked even if the message for it is lost.
    """
    had_ended = False

    def opened(row: Run) -> Run:
        nonlocal had_ended
        had_ended = row.finished_at is not None
        return replace(row, finished_at=None, finished_as=None)

    await ledger.update_run(run_id, opened)
    if had_ended:  # several workers may come late; the alert that counts ends hears of one reopening
        log.event("run_reopened", run=run_id)


async def warn_of_conflicts(run_id: str, answers: Iterable[GraphAnswer], ledger: Ledger) -> None:
    """Warn on the run where a user's signs contradict each other that no listing and no look-up showed before."""
    seen = [directory_user(answer.body) for answer in answers if answer.accepted]
    for sentence in conflicting_warning(seen):
        run = await ledger.run(run_id)
        if run and sentence not in run.warnings:
            await ledger.update_run(run_id, lambda row, said=sentence: row.warned(said))  # type: ignore[misc]


async def warn_unless_readable(run_id: str, answers: Iterable[GraphAnswer], ledger: Ledger) -> None:
    """Warn on the run where the identity may not read users."""
    if not any(answer.status == 403 for answer in answers):
        return
    run = await ledger.run(run_id)
    if run and _UNREADABLE not in run.warnings:
        await ledger.update_run(run_id, lambda row: row.warned(_UNREADABLE))
