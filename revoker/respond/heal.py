"""Find what was lost: batches whose time has come and gone without a word, and runs that are done but not marked.

A message is lost when a worker dies between the ledger and the queue, when a function times out and is never
delivered again (azure-functions-host#3157), or when the queue loses it. Sending one too many is harmless: it finds
nobody left. Running twice at once is harmless too: the row is moved by compare-and-swap.
"""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime, timedelta

from revoker import log
from revoker.batch import Batch
from revoker.message import Message, Queue
from revoker.respond.finish import finish
from revoker.respond.policy import Tools
from revoker.respond.start import dispatch
from revoker.run import Run, State

MOST_HEALINGS = 3
_PAGE = 100


async def heal(tools: Tools) -> None:
    """Look at every run that has not ended."""
    async for run in _unfinished(tools):
        for batch in await tools.ledger.open_batches(run.id):
            await _heal(run.id, batch, tools)
        await finish(run.id, tools)


async def _unfinished(tools: Tools) -> AsyncIterator[Run]:
    cursor: str | None = None
    while True:
        page = await tools.ledger.runs(State.REVOKING, _PAGE, cursor)  # any state that is not final
        for run in page.rows:
            yield run
        cursor = page.cursor
        if cursor is None:
            return


async def _heal(run: str, batch_id: str, tools: Tools) -> None:
    now = tools.clock.now()
    before = await tools.ledger.batch(run, batch_id)
    if before is None or not _is_overdue(before, now, tools):
        return

    def healed(row: Batch) -> Batch:
        if not _is_overdue(row, now, tools):
            return row
        if row.healed >= MOST_HEALINGS:
            return row.given_up("lost", now)
        return replace(row, healed=row.healed + 1, due_at=now)

    batch = await tools.ledger.update_batch(run, batch_id, healed)
    if not batch.is_open:
        log.failure("batch_abandoned", run=run, batch=batch_id)
    elif batch.healed > before.healed:
        log.event("batch_healed", run=run, batch=batch_id, times=batch.healed)
        await _send_again(batch, tools, now)


def _is_overdue(batch: Batch, now: datetime, tools: Tools) -> bool:
    checks = sum(tools.policy.verify_delays, timedelta(0)) if batch.unseen else timedelta(0)
    return batch.is_open and now - batch.heard_of > checks + tools.policy.heal_after


async def _send_again(batch: Batch, tools: Tools, now: datetime) -> None:
    if batch.waiting:
        await dispatch(batch, tools, now)
    if batch.unseen:
        await tools.outbox.send(Queue.VERIFY, Message(batch.run, batch.id, len(tools.policy.verify_delays) - 1))
