"""Find what was lost: batches and scans whose time has come and gone without a word, runs that are done, not marked.

A message is lost when a worker dies between the ledger and the queue, when a function times out and is never
delivered again (azure-functions-host#3157), or when the queue loses it. Sending one too many is harmless: it finds
nobody left. Running twice at once is harmless too: the row is moved by compare-and-swap.
"""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime, timedelta

from revoker import log
from revoker.core.batch import Batch
from revoker.core.message import Message, Queue
from revoker.core.run import Run, State
from revoker.core.scan import Scan
from revoker.respond.concurrency import gather_limited
from revoker.respond.finish import finish
from revoker.respond.policy import Tools
from revoker.respond.recover.poison import report_poison_queues
from revoker.respond.recover.resume import resume
from revoker.respond.slots import dispatch
from revoker.respond.start.approve import expire

MOST_HEALINGS = 3
_PAGE = 100


async def heal(tools: Tools) -> None:
    """Look at every run that has not ended, and at what lies in the poison queues; no failure keeps others waiting."""
    runs = [run async for run in _unfinished(tools)]
    await gather_limited([report_poison_queues(tools), *(_see_to(run, tools) for run in runs)])


async def _see_to(run: Run, tools: Tools) -> None:
    if run.awaits_approval:
        await expire(run, tools)
        return
    scan = await tools.scans.scan(run.id) if run.scans else None
    if scan and not scan.done:
        await resume(scan, tools)
    for batch in await _suspects(run, scan, tools):
        await _heal(run.id, batch, scan, tools)
    await finish(run.id, tools, dry_run=run.dry_run)


async def _unfinished(tools: Tools) -> AsyncIterator[Run]:
    cursor: str | None = None
    while True:
        page = await tools.ledger.runs(State.REVOKING, _PAGE, cursor)  # any state that is not final
        for run in page.rows:
            yield run
        cursor = page.cursor
        if cursor is None:
            return


async def _suspects(run: Run, scan: Scan | None, tools: Tools) -> tuple[str, ...]:
    """Return the batches that may be lost: while the scan still looks by itself, only those in which somebody waits."""
    now, policy = tools.clock.now(), tools.policy
    if run.dry_run:
        return ()
    if scan and not (scan.done and now - scan.due_at > policy.heal_after):
        return await tools.ledger.waiting_batches(run.id, now - policy.heal_after)
    return await tools.ledger.open_batches(run.id)


async def _heal(run: str, batch_id: str, scan: Scan | None, tools: Tools) -> None:
    now = tools.clock.now()
    before = await tools.ledger.batch(run, batch_id)
    if before is None or not _is_overdue(before, scan, now, tools):
        return

    def healed(row: Batch) -> Batch:
        if not _is_overdue(row, scan, now, tools):
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


def _is_overdue(batch: Batch, scan: Scan | None, now: datetime, tools: Tools) -> bool:
    """Whether nothing was heard for longer than can be; what a scan handed over counts from then.

    Whoever waits is not the scan's: it puts itself off as long as somebody does.
    """
    looked_for = batch.unseen and not batch.waiting
    heard_of = max(batch.heard_of, scan.due_at) if scan and looked_for else batch.heard_of
    checks = sum(tools.policy.verify_delays, timedelta(0)) if looked_for else timedelta(0)
    return batch.is_open and now - heard_of > checks + tools.policy.heal_after


async def _send_again(batch: Batch, tools: Tools, now: datetime) -> None:
    if batch.waiting:  # whoever is looked for has time until nobody waits
        await dispatch(batch, tools, now)
    elif batch.unseen:
        await tools.outbox.send(Queue.VERIFY, Message(batch.run, batch.id, len(tools.policy.verify_delays) - 1))
