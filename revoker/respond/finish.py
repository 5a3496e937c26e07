"""Mark a run's end once nothing is left to do, and take an end back."""

from dataclasses import replace
from datetime import datetime

from revoker import log
from revoker.core.run import Run, State
from revoker.core.run_state import final_state
from revoker.core.tally import Tally
from revoker.ports.ledger import Ledger


async def finish(run_id: str, ledger: Ledger, now: datetime, *, dry_run: bool = False) -> None:
    """End the run if no user is pending and no page is to come. Finishing twice is harmless.

    A dry run ends with its users planned.
    """
    # A tally is the sum of the scan's row and of sixteen tally rows, and the scan's row is read first. A page that is
    # planned between the two reads leaves `planning` set. In the other order, its users would be in neither.
    counted = await ledger.tally(run_id)
    if counted.planning or (counted.pending and not dry_run):
        return

    run = await ledger.update_run(run_id, lambda row: _ended(row, counted, now))
    if run.finished_at != now:
        return
    log.event("run_finished", run=run_id, state=run.finished_as, counts=counted.counts)
    # Another worker may have written an accepted user after the tally above was read, and before the end: so the tally
    # is read once more.
    if not dry_run and (await ledger.tally(run_id)).pending:
        await reopen(run_id, ledger)


def _ended(run: Run, counted: Tally, now: datetime) -> Run:
    """Return the run with the end that its tally shows; an end that it has already only becomes better."""
    state = final_state(counted, cancelled=run.cancelled_at is not None, incomplete=run.incomplete)
    if run.finished_as is None:
        return replace(run, finished_at=now, finished_as=state)
    # Healing gave a user up, so the run ended with failures. Then the worker that stood still writes that Graph had
    # accepted the user: the end becomes better. It never becomes worse.
    if (run.finished_as, state) == (State.COMPLETED_WITH_FAILURES, State.COMPLETED):
        return replace(run, finished_as=state)
    return run


async def reopen(run_id: str, ledger: Ledger) -> None:
    """Take a run's end back: Graph had accepted a user that was given up, or cancelled, at the same moment.

    Healing looks after every run that has not ended, so the user is checked even if the message for it is lost.
    """
    had_ended = False

    def opened(row: Run) -> Run:
        nonlocal had_ended
        had_ended = row.finished_at is not None
        return replace(row, finished_at=None, finished_as=None)

    await ledger.update_run(run_id, opened)
    if had_ended:  # several workers may come late, and one reopening is logged: an alert counts the ends
        log.event("run_reopened", run=run_id)
