"""One message of the plan queue: one step of a run's scan through the directory, then ask for the next."""

import asyncio
from datetime import timedelta

from revoker.core.errors import LostBatchError
from revoker.core.message import Queue, ScanStep
from revoker.core.run import Run
from revoker.core.scan import Scan
from revoker.respond.cancel import cancel_waiting
from revoker.respond.finish import finish
from revoker.respond.policy import Tools
from revoker.respond.protect import Protection
from revoker.respond.scan.plan_page import plan_step
from revoker.respond.scan.verify_by_listing import verify_by_listing
from revoker.respond.slots import dispatch_all

_EARLY = timedelta(seconds=1)
# For a step that is taken here and now: its message is for whoever finds that this worker died.
_IN_CASE = timedelta(seconds=30)
_UNLISTED = "Cancelled while the directory was being listed: whoever was not listed yet is not in this report."


async def take_step(message: ScanStep, protection: Protection, tools: Tools) -> None:
    """See to one message; a repeated one only makes sure that what its step planned was asked for."""
    run, scan = await asyncio.gather(tools.ledger.run(message.run), tools.scans.scan(message.run))
    if run is None or scan is None:
        raise LostBatchError(f"scan of run {message.run}")
    if run.finished_at or scan.done or run.awaits_approval:
        return
    if run.cancelled_at and await _stops(run, scan, tools):
        return
    if message.step != scan.step:
        await _catch_up(run, scan, message, tools)
    elif scan.due_at - tools.clock.now() > _EARLY:
        await ask(scan, tools)
    else:
        await _step(run, scan, protection, tools)


async def ask(scan: Scan, tools: Tools, *, within: timedelta = timedelta(0)) -> None:
    """Put the scan's next step on the queue, invisible until it is due."""
    delay = max(scan.due_at - tools.clock.now(), within)
    await tools.outbox.send(Queue.PLAN, ScanStep(scan.run, scan.step), delay)


async def _step(run: Run, scan: Scan, protection: Protection, tools: Tools) -> None:
    if scan.check:
        after = await verify_by_listing(run, scan, tools)
    else:
        after = await plan_step(run, scan, await protection.known(), tools)
    if after is None:
        return
    if after.done or after.check > scan.check > 0:
        await finish(run.id, tools, dry_run=run.dry_run)
    if after.done:
        return
    goes_on = after.step > scan.step and scan.source is not None and scan.source.is_dangerous
    await ask(after, tools, within=_IN_CASE if goes_on else timedelta(0))
    if goes_on:  # one wait less before the first page
        await _step(run, after, protection, tools)


async def _catch_up(run: Run, scan: Scan, message: ScanStep, tools: Tools) -> None:
    """Whoever took the step may have died before asking for it; older steps were followed by others, so were asked."""
    if message.step + 1 != scan.step:
        return
    planned = [await tools.ledger.batch(run.id, name) for name in await tools.scans.batches(run.id, scan.step)]
    if not run.dry_run:
        await dispatch_all([batch for batch in planned if batch], tools, tools.clock.now())
    await ask(scan, tools)


async def _stops(run: Run, scan: Scan, tools: Tools) -> bool:
    """Settle whoever waits, some a message; then go on, soon, to look what became of those whom Graph accepted."""
    if await cancel_waiting(run.id, tools):
        await tools.outbox.send(Queue.PLAN, ScanStep(scan.run, scan.step))
        return True
    if scan.is_planning:
        await tools.ledger.update_run(run.id, lambda row: row.warned(_UNLISTED))
    now = tools.clock.now()
    soon = now + tools.policy.verify_delays[0]
    if not scan.is_planning and scan.due_at <= soon:
        return False
    await ask(await tools.scans.update(run.id, lambda row: row.expedited(soon, now)), tools)
    await finish(run.id, tools)  # where nobody was accepted, there is nobody to look for
    return True
