"""Mark a run's end, once nothing is left to do, and the warnings it gathers on the way."""

from collections.abc import Iterable
from dataclasses import replace

from revoker import log
from revoker.core.graph_answer import GraphAnswer
from revoker.core.run import Run, State, final_state
from revoker.respond.policy import Tools

_UNREADABLE = (
    "Reading users back is refused (User.Read.All is missing), so outcomes stay `revoked`: accepted by Graph, "
    "not seen in the directory."
)


async def finish(run_id: str, tools: Tools, *, dry_run: bool = False) -> None:
    """End the run if nobody more will come and nobody is pending; doing it twice changes nothing, but for the better.

    The scan's tally is read before the shards: a page planned in between leaves `planning` set, or nobody uncounted.
    """
    counted = await tools.ledger.tally(run_id)
    if counted.planning or (counted.pending and not dry_run):
        return
    now = tools.clock.now()

    def ended(run: Run) -> Run:
        state = final_state(counted, cancelled=run.cancelled_at is not None, incomplete=run.incomplete)
        if run.finished_as is None:
            return replace(run, finished_at=now, finished_as=state)
        # Whoever was given up may turn out done, when a worker that stood still writes; never the other way.
        better = (run.finished_as, state) == (State.COMPLETED_WITH_FAILURES, State.COMPLETED)
        return replace(run, finished_as=state) if better else run

    run = await tools.ledger.update_run(run_id, ended)
    if run.finished_at == now:
        log.event("run_finished", run=run_id, state=run.finished_as, counts=counted.counts)
        if not dry_run and (await tools.ledger.tally(run_id)).pending:
            await reopen(run_id, tools)


async def reopen(run_id: str, tools: Tools) -> None:
    """Undo a run's end: Graph had accepted somebody who was given up, or cancelled, in that moment.

    Healing looks after runs that have not ended, so nobody is forgotten, whatever message is lost.
    """
    ended: list[bool] = []

    def opened(row: Run) -> Run:
        ended.append(row.finished_at is not None)
        return replace(row, finished_at=None, finished_as=None)

    await tools.ledger.update_run(run_id, opened)
    if ended[-1]:  # one of many who come late did it; an alert counts ends against it
        log.event("run_reopened", run=run_id)


async def warn_unless_readable(run_id: str, answers: Iterable[GraphAnswer], tools: Tools) -> None:
    """Say on the run that the identity may not read users."""
    if any(answer.status == 403 for answer in answers):
        run = await tools.ledger.run(run_id)
        if run and _UNREADABLE not in run.warnings:
            await tools.ledger.update_run(run_id, lambda row: row.warned(_UNREADABLE))
