"""A scan that stopped: send its message again, three times, then end it with what it has planned."""

from dataclasses import replace
from datetime import datetime, timedelta

from revoker import log
from revoker.core.message import Queue, ScanStep
from revoker.core.scan import Scan
from revoker.ports.ledger import Ledger
from revoker.ports.outbox import Outbox
from revoker.ports.scans import Scans
from revoker.respond.warn import warn

MOST_RESUMED = 3


async def resume(
    scan: Scan, ledger: Ledger, scans: Scans, outbox: Outbox, heal_after: timedelta, now: datetime
) -> None:
    """Send the message for a scan's next step again where it is overdue; several messages take the step once."""
    if now - scan.due_at <= heal_after:
        return
    if scan.healed >= MOST_RESUMED:
        await abort_scan(scan, "its messages were lost", ledger, scans, outbox, now)
        return

    def healed(row: Scan) -> Scan:
        # Another healing may have been first, and so may this one's own writing, where no answer to it came.
        if row.step != scan.step or now - row.due_at <= heal_after:
            return row
        return replace(row, healed=row.healed + 1, begun=False, due_at=now)

    moved = await scans.update(scan.run, healed)
    log.event("scan_resumed", run=scan.run, step=moved.step, times=moved.healed)
    await outbox.send(Queue.PLAN, ScanStep(moved.run, moved.step))


async def abort_scan(scan: Scan, why: str, ledger: Ledger, scans: Scans, outbox: Outbox, now: datetime) -> None:
    """End a scan early: users that it planned are revoked and verified, and the run warns that others are missing."""
    if await scans.scan(scan.run) != scan:
        return  # another worker has taken the step, or deferred it
    log.failure("scan_aborted", run=scan.run, step=scan.step, why=why)
    if scan.is_planning:
        lost = f"Not everybody is accounted for: the directory was not listed to its end ({why})."
        await warn(scan.run, [lost], ledger, incomplete=True)
    # The warning was written first: a worker that dies here leaves the step, and the next healing aborts the scan.
    after = scan.aborted(now)
    if await scans.commit_step(after, (), ()) and not after.done:
        await outbox.send(Queue.PLAN, ScanStep(after.run, after.step))
