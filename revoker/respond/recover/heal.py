"""Find what was lost: batches and scans that are long overdue, and runs that are done but not marked as ended.

A message is lost when a worker dies between the ledger and the queue, when a function times out and its message is
never delivered again (azure-functions-host#3157), or when the queue loses it. One message too many is harmless: its
worker finds no user left. Two healings at once are harmless too: a row is moved by compare-and-swap.
"""

from datetime import datetime, timedelta

from revoker.core.run import Run
from revoker.core.scan import Scan
from revoker.ports.clock import Clock
from revoker.ports.ledger import Ledger
from revoker.ports.outbox import Outbox
from revoker.ports.scans import Scans
from revoker.respond.concurrency import gather_limited
from revoker.respond.every_page import unfinished_runs
from revoker.respond.finish import finish
from revoker.respond.policy import Policy, Tools
from revoker.respond.recover.heal_batch import heal_batch
from revoker.respond.recover.poison import report_poison_queues
from revoker.respond.recover.resume import resume
from revoker.respond.start.approve import expire

# How many batches of a run are sent again at each healing although their queue has a message due: 100 writes a minute.
_MOST_DOUBLED = 5


async def heal(tools: Tools) -> None:
    """Heal every run that has not ended, and count the poison messages; a run whose healing fails stops no other."""
    ledger, outbox = tools.ledger, tools.outbox
    runs = [run async for run in unfinished_runs(ledger)]
    jobs = [_heal_run(run, ledger, tools.scans, outbox, tools.policy, tools.clock) for run in runs]
    await gather_limited([report_poison_queues(outbox), *jobs])


async def _heal_run(run: Run, ledger: Ledger, scans: Scans, outbox: Outbox, policy: Policy, clock: Clock) -> None:
    now = clock.now()
    if run.awaits_approval:
        await expire(run, ledger, scans, outbox, now)
    if run.is_held:
        return
    scan = await scans.scan(run.id) if run.scans else None
    if scan and not scan.done and not run.awaits_approval:  # a scan that waits for a person is not lost
        await resume(scan, ledger, scans, outbox, policy.heal_after, now)
    late = await _may_be_lost(run, scan, ledger, policy.heal_after, now)
    # Where thousands are late, others come in the next minute: chance picks them, so that each has its turn.
    doubted = [clock.jitter() * len(late) < _MOST_DOUBLED for _ in late]
    jobs = zip(late, doubted, strict=True)
    await gather_limited(
        heal_batch(run.id, batch, scan, ledger, outbox, policy, clock, doubts_queue=doubts) for batch, doubts in jobs
    )
    await finish(run.id, ledger, clock.now(), dry_run=run.dry_run)


async def _may_be_lost(
    run: Run, scan: Scan | None, ledger: Ledger, heal_after: timedelta, now: datetime
) -> tuple[str, ...]:
    """Return the batches that may be lost. While a scan checks the run, they are only those with waiting users."""
    if run.dry_run:
        return ()
    if scan and not (scan.done and now - scan.due_at > heal_after):
        return await ledger.waiting_batches(run.id, now - heal_after)
    return await ledger.open_batches(run.id)
