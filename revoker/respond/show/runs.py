"""Read runs and their users for a caller. Nothing here changes anything."""

import asyncio

from revoker.core.outcome import Outcome
from revoker.core.problems import InvalidError, UnknownError, UnreadableError
from revoker.core.run import Run, State
from revoker.core.run_state import state_of
from revoker.ports.ledger import Ledger
from revoker.views.status import StatusBasis, status, user

# One reading takes some milliseconds, so a chain of retries that leads in a circle is refused within a second.
_MOST_RETRIES = 100


async def run_status(run_id: str, ledger: Ledger, basis: StatusBasis) -> dict[str, object]:
    """Return a run's status; raises UnknownError without such a run."""
    return await status_of(await known_run(run_id, ledger), ledger, basis)


async def status_of(run: Run, ledger: Ledger, basis: StatusBasis) -> dict[str, object]:
    """Return the status of a run that was read already."""
    return status(run, await ledger.tally(run.id), basis)


async def known_run(run_id: str, ledger: Ledger) -> Run:
    """Return a run; raises UnknownError where there is none by this id."""
    run = await ledger.run(run_id)
    if run is None:
        raise UnknownError(f"There is no run {run_id}.")
    return run


async def origin(run: Run, ledger: Ledger) -> Run:
    """Return the first run of a chain of retries: the one that a request or a trigger asked for.

    Raises UnreadableError for a chain without an end: a row that another hand wrote may point at itself.
    """
    first, links = run, 0
    while first.retry_of:
        links += 1
        if links > _MOST_RETRIES:
            raise UnreadableError(f"Run {run.id} is said to be a retry, and {links} steps back is no first run.")
        first = await known_run(first.retry_of, ledger)
    return first


async def list_runs(
    state: State | None, limit: int, cursor: str | None, ledger: Ledger, basis: StatusBasis
) -> dict[str, object]:
    """Return runs, newest first; a run that has not ended is shown as its tally says."""
    page = await ledger.runs(state, limit, cursor)
    tallies = await asyncio.gather(*(ledger.tally(run.id) for run in page.rows))
    shown: list[dict[str, object]] = []
    for run, counted in zip(page.rows, tallies, strict=True):
        # The ledger tells final states apart and no others: a run's state while it goes on follows from its tally.
        if state is None or state_of(run, counted) is state:
            shown.append(status(run, counted, basis))
    return {"runs": shown, "cursor": page.cursor}


async def list_users(
    run_id: str, outcome: Outcome | None, limit: int, cursor: str | None, ledger: Ledger
) -> dict[str, object]:
    """Return a run's users.

    Raises UnknownError without such a run, and InvalidError for a cursor that this function did not return.
    """
    run = await known_run(run_id, ledger)
    try:
        page = await ledger.users(run.id, outcome, limit, cursor)
    except ValueError as error:
        raise InvalidError(
            "The cursor is not one we gave.", [("cursor", "pass a cursor as it was returned")]
        ) from error
    return {"users": [user(line) for line in page.rows], "cursor": page.cursor}
