"""Stop the scan of a cancelled run: no more users are planned; users that Graph accepted are still verified."""

from datetime import datetime, timedelta

from revoker.core.message import Queue, ScanStep
from revoker.core.run import Run
from revoker.core.scan import Scan
from revoker.ports.ledger import Ledger
from revoker.ports.outbox import Outbox
from revoker.ports.scans import Scans
from revoker.respond.cancel import cancel_waiting
from revoker.respond.dispatch import dispatch_step
from revoker.respond.finish import finish
from revoker.respond.scan.move import move
from revoker.respond.warn import warn

_UNLISTED = "Cancelled while the directory was being listed: users not listed yet are not in this report."


async def stop_scan(
    run: Run, scan: Scan, ledger: Ledger, scans: Scans, outbox: Outbox, first_check: timedelta, now: datetime
) -> bool:
    """Settle the waiting users, 500 batches a message; then bring the next check forward, since no call is to come.

    Return whether the message is handled. False: the check is due soon in any case, and the step is taken as usual.
    """
    if await cancel_waiting(run.id, ledger, now):
        await outbox.send(Queue.PLAN, ScanStep(scan.run, scan.step))
        return True
    soon = now + first_check
    if not scan.is_planning and scan.due_at <= soon:
        return False
    if scan.is_planning:
        await warn(run.id, [_UNLISTED], ledger, incomplete=True)
    after = await move(scan, scan.expedited(soon, now), scans)
    if after:
        await dispatch_step(after, outbox, now)
    await finish(run.id, ledger, now)  # where Graph accepted no user, there is nothing to check
    return True
