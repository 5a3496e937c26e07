"""Give the slots of a cancelled run back: else names that an intruder posts and cancels would hold an eviction up.

Runs behind the cancelled one keep their slots, whose messages lie on their queues; what comes later starts earlier.
"""

from collections.abc import Mapping
from datetime import datetime
from functools import partial

from revoker import log
from revoker.core.pool import Pool
from revoker.core.pool_slots import give_back_slots
from revoker.core.run import State
from revoker.ports.ledger import Ledger
from revoker.respond.every_page import every_row
from revoker.respond.slots import shifted_slot

_PAGE = 100


async def give_back(run: str, writes: Mapping[str, int], ledger: Ledger, pool: Pool, now: datetime) -> None:
    """Give reserved writes back to the quotas of their identities.

    If the worker dies before this, their slots pass unused.
    """
    if not any(writes.values()):
        return
    last_slot, moment = await _last_slot(run, ledger, pool, now), now.timestamp()
    await ledger.move_paces(lambda paces: give_back_slots(paces, moment, writes, pool, last_slot))
    log.event("slots_given_back", run=run, writes=sum(writes.values()))


async def _last_slot(cancelled: str, ledger: Ledger, pool: Pool, now: datetime) -> float:
    """Return the last slot that any other run holds, shifted as it is by now; without one, this moment."""
    paces, last = await ledger.paces(), now
    # The ledger takes any state that is not final for "not ended".
    async for run in every_row(partial(ledger.runs, State.REVOKING, _PAGE)):
        batch = None if run.id == cancelled or run.is_held or run.dry_run else await ledger.last_waiting(run.id)
        if batch:
            last = max(last, shifted_slot(batch, paces, pool).due_at)
    return last.timestamp()
