"""A scan that stopped: take it up again, three times, and then end it with what it has planned."""

from dataclasses import replace

from revoker import log
from revoker.core.message import Queue, ScanStep
from revoker.core.scan import Scan
from revoker.respond.policy import Tools

MOST_RESUMED = 3


async def resume(scan: Scan, tools: Tools) -> None:
    """Send the next step's message again where it is overdue; twice at once is harmless, a step is taken once."""
    now = tools.clock.now()
    if now - scan.due_at <= tools.policy.heal_after:
        return
    if scan.healed >= MOST_RESUMED:
        await abort_scan(scan, "its messages were lost", tools)
        return
    moved = await tools.scans.update(
        scan.run, lambda row: replace(row, healed=row.healed + 1, due_at=now) if row.step == scan.step else row
    )
    log.event("scan_resumed", run=scan.run, step=moved.step, times=moved.healed)
    await tools.outbox.send(Queue.PLAN, ScanStep(moved.run, moved.step))


async def abort_scan(scan: Scan, why: str, tools: Tools) -> None:
    """End a scan early: what it planned goes on and is looked at, what it did not plan is said on the run."""
    now, stands = tools.clock.now(), await tools.scans.scan(scan.run)
    if stands is None or stands.step != scan.step:
        return  # another worker took the step after all
    log.failure("scan_aborted", run=scan.run, step=scan.step, why=why)
    if scan.is_planning:
        lost = f"Not everybody is accounted for: the directory was not listed to its end ({why})."
        await tools.ledger.update_run(scan.run, lambda row: replace(row.warned(lost), incomplete=True))
    moved = await tools.scans.update(scan.run, lambda row: row.aborted(now) if row == stands else row)
    if not moved.done:
        await tools.outbox.send(Queue.PLAN, ScanStep(moved.run, moved.step))
