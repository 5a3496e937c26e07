"""One message of the plan queue: take one step of a run's scan through the directory, then ask for the next."""

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta

from revoker.core.errors import LostBatchError
from revoker.core.message import ScanStep
from revoker.core.run import Run
from revoker.core.scan import Scan
from revoker.ports.ledger import Ledger
from revoker.ports.outbox import MOST_EARLY, Outbox
from revoker.ports.scans import Scans
from revoker.respond.dispatch import dispatch_all, dispatch_step
from revoker.respond.finish import finish
from revoker.respond.policy import Tools
from revoker.respond.protect import Protection
from revoker.respond.scan.plan_step import plan_step
from revoker.respond.scan.stop_scan import stop_scan
from revoker.respond.scan.verify_by_listing import verify_by_listing

# A worker that goes on with the next step at once sends its message all the same, with this delay: if the worker dies,
# another one takes the step.
_IF_IT_DIES = timedelta(seconds=30)


async def take_step(message: ScanStep, protection: Protection, tools: Tools) -> None:
    """Take the step that a message asks for; a repeated message makes sure that what its step planned was sent.

    Raises LostBatchError where there is no such scan or run: a redelivery may find it, else the message is poison.
    """
    ledger, scans, outbox = tools.ledger, tools.scans, tools.outbox
    run, scan = await asyncio.gather(ledger.run(message.run), scans.scan(message.run))
    if run is None or scan is None:
        raise LostBatchError(f"scan of run {message.run}")
    now = tools.clock.now()
    if run.finished_at or scan.done or run.awaits_approval:
        return
    if run.cancelled_at and await stop_scan(run, scan, ledger, scans, outbox, tools.policy.verify_delays[0], now):
        return
    if message.step != scan.step:
        await _catch_up(run, scan, message, ledger, scans, outbox, now)
    elif scan.due_at - now > MOST_EARLY:
        await dispatch_step(scan, outbox, now)
    else:
        await _take(run, await _begun(scan, scans), protection, tools)


async def _begun(scan: Scan, scans: Scans) -> Scan:
    """Record that a worker begins with a step whose message was sent again: only then the next return is counted."""
    if not scan.healed or scan.begun:
        return scan
    return await scans.update(scan.run, lambda row: replace(row, begun=row.step == scan.step))


async def _take(run: Run, scan: Scan, protection: Protection, tools: Tools) -> None:
    """Take a step that is due, and ask for the next one; after role holders, take that one as well."""
    if scan.check:
        after = await verify_by_listing(run, scan, tools)
    else:
        after = await plan_step(run, scan, protection, tools)
    if after is None:
        return
    # The end of a check may have settled the run's last user.
    if after.done or after.check > scan.check > 0:
        await finish(run.id, tools.ledger, tools.clock.now(), dry_run=run.dry_run)
    if after.done:
        return
    # After a step of role holders this worker goes on at once: the next step's message would first wait on its queue.
    goes_on = after.step > scan.step and scan.source is not None and scan.source.lists_role_holders
    delay = _IF_IT_DIES if goes_on else timedelta(0)
    await dispatch_step(after, tools.outbox, tools.clock.now(), at_least=delay)
    if goes_on:
        await _take(run, after, protection, tools)


async def _catch_up(
    run: Run, scan: Scan, message: ScanStep, ledger: Ledger, scans: Scans, outbox: Outbox, now: datetime
) -> None:
    """Send again the batches of the step that a repeated message asks for.

    The worker that took the step may have died after it wrote the batches and before it sent them. Only the last step
    can be in that state: an older step was followed by another, so its batches were sent.
    """
    if message.step + 1 != scan.step:
        return
    names = await scans.batches(run.id, scan.step)
    planned = [await ledger.batch(run.id, name) for name in names]
    if not run.dry_run:
        await dispatch_all([batch for batch in planned if batch], outbox, now)
    await dispatch_step(scan, outbox, now)
