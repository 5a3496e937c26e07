"""Give the reserved writes of a cancelled run back to the quota, so that later runs start earlier.

Otherwise an intruder could delay an eviction: post 10,000 names, cancel, and the quota would stay reserved for 500 s.
Runs that already have their slots keep them, since their messages are on the queues with those delays.
"""

from collections.abc import Mapping
from datetime import datetime

from revoker import log
from revoker.core.pool import Pool
from revoker.core.pool_slots import give_back_slots
from revoker.ports.ledger import Ledger
from revoker.respond.every_page import unfinished_runs
from revoker.respond.slots import shifted_slot


async def give_back(run: str, writes: Mapping[str, int], ledger: Ledger, pool: Pool, now: datetime) -> None:
    """Give reserved writes back: ``writes`` is their number by identity.

    If the worker dies before this, the slots pass unused.
    """
    if not any(writes.values()):
        return
    last_slot, moment = await _last_slot(run, ledger, pool, now), now.timestamp()
    await ledger.move_paces(lambda paces: give_back_slots(paces, moment, writes, pool, last_slot))
    log.event("slots_given_back", run=run, writes=sum(writes.values()))


async def _last_slot(cancelled: str, ledger: Ledger, pool: Pool, now: datetime) -> float:
    """Return when the last reserved slot of any other run is due, as it has shifted by now; this moment without one."""
    paces, last = await ledger.paces(), now
    async for run in unfinished_runs(ledger):
        batch = None if run.id == cancelled or run.is_held or run.dry_run else await ledger.last_waiting(run.id)
        if batch:
            last = max(last, shifted_slot(batch, paces, pool).due_at)
    return last.timestamp()
