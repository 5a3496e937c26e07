"""Reserve slots in the directory's write quotas, each with the identity whose quota it is.

One identity's quota is a bucket of 3,000 writes, refilled at 20 a second (docs/graph-facts.md, Throttling). A batch of
20 that is planned when the bucket is empty gets a slot one second after the batch before it: 100 batches, 100 seconds.
Its message lies invisible on its queue until then, so no worker waits.
"""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from revoker.core.batch import Batch
from revoker.core.pool import Paces, Pool
from revoker.core.pool_slots import PoolSlot, charge_writes, reserve_slots
from revoker.core.request import Priority
from revoker.ports.ledger import Ledger

# Seconds that a busy queue may take to deliver. A bucket that fills faster than that may be late by so much.
_DELIVERED_WITHIN = 10.0
# Seconds from reserving a page's slots to its first call: the page is committed, sent, and taken from the queue.
_UNTIL_TAKEN = 0.3


async def with_slots(
    batches: Sequence[Batch], ledger: Ledger, pool: Pool, now: datetime, *, share: float = 1.0, waits: bool = False
) -> tuple[Batch, ...]:
    """Return the batches due at their slots. Where all are urgent they are due at once, and their writes are charged.

    ``share`` (0-1) is how much of the bucket may be used: named users may use all of it (docs/decisions/0004). With
    ``waits``, urgent batches get slots as well, as those of a scan that takes the urgent lane.
    """
    writes = [len(batch.waiting) for batch in batches]
    if not any(writes):
        return tuple(batches)
    if not waits and all(batch.lane is Priority.URGENT for batch in batches):
        slots = await charge(writes, ledger, pool, now)
        return tuple(_charged_to(slot, batch) for batch, slot in zip(batches, slots, strict=True))
    lead = _UNTIL_TAKEN if waits else 0.0
    slots = await _reserve(writes, ledger, pool, now, share=share, lead=lead)
    return tuple(_due_at(batch, slot, now) for batch, slot in zip(batches, slots, strict=True))


async def with_new_slot(
    batch: Batch,
    ledger: Ledger,
    pool: Pool,
    now: datetime,
    without: Collection[str] = (),
    *,
    at_once: bool = False,
) -> Batch:
    """Return a batch with a new slot of an identity that is not in ``without``: due now if urgent or ``at_once``."""
    writes = [len(batch.waiting)]
    if at_once or batch.lane is Priority.URGENT:
        [slot] = await charge(writes, ledger, pool, now, without)
        return replace(batch, identity=slot.identity, due_at=now, shifted=slot.shifted, in_turn=False)
    [slot] = await _reserve(writes, ledger, pool, now, share=pool.quota.bulk_share, without=without)
    return replace(_due_at(batch, slot, now), planned_for=batch.planned_for)


async def charged_again(batch: Batch, writes: int, ledger: Ledger, pool: Pool, now: datetime) -> Batch:
    """Return a batch of which so many writes are charged to its identity a second time, since it makes them again.

    The slots of other batches shift by as much. This batch is tried again when its own wait is over: what shifted until
    now, also by its own 429, does not delay it any more.
    """
    # 20 calls, and the connection broke: Graph may have counted all of them, and the batch writes 20 again, for which
    # no slot was reserved. 1 % of lost answers over 100,000 users are 1,000 such writes: more than the 300 that bulk
    # runs leave free, so that later batches would find the bucket empty. A batch that was told to wait for 60 s comes
    # back when the bucket is empty as well (``push_back``), and the slots behind it need every write that it gains.
    # Writes after any other answer, such as a 404 or a 500, are charged again too, unless a source says that Graph does
    # not count it. There is one for 503 and 504 (docs/graph-facts.md#throttling).
    if not writes:
        return batch
    others = frozenset(pool.identities) - {pool.name(batch.identity)}
    [slot] = await charge([writes], ledger, pool, now, others)
    return replace(batch, shifted=slot.shifted, in_turn=False)


async def charge(
    writes: Sequence[int], ledger: Ledger, pool: Pool, now: datetime, without: Collection[str] = ()
) -> tuple[PoolSlot, ...]:
    """Charge writes that wait for no slot to the quotas; every slot reserved before moves back by as much."""
    moment = now.timestamp()
    before = await ledger.move_paces(lambda paces: charge_writes(paces, moment, writes, pool, without=without).paces)
    return charge_writes(before, moment, writes, pool, without=without).slots


def is_expired(batch: Batch, pool: Pool, now: datetime) -> bool:
    """Whether a batch comes so late after its slot that the bucket could not keep room for it."""
    # The app stood still for ten minutes of a large run: 12,000 writes are late. The bucket is full after 150 s and
    # gains nothing more, so it has room for the latest 3,000 of them. Without new slots for the other 9,000, Graph
    # would refuse each of their batches again and again, and urgent writes beside them.
    if batch.lane is Priority.URGENT or batch.returned or not batch.waiting:
        return False
    late = (now - batch.due_at).total_seconds()
    return late > max(pool.quota.refill, _DELIVERED_WITHIN)


def shifted_slot(batch: Batch, paces: Paces, pool: Pool) -> Batch:
    """Return a batch with its slot moved back by what was charged or pushed back since the slot was reserved."""
    shifted = paces.of_identity(batch.identity, pool).shifted_for(in_turn=batch.in_turn)
    behind = timedelta(seconds=max(0.0, shifted - batch.shifted))
    return replace(batch, due_at=batch.due_at + behind, shifted=shifted)


async def _reserve(
    writes: Sequence[int],
    ledger: Ledger,
    pool: Pool,
    now: datetime,
    *,
    share: float,
    lead: float = 0.0,
    without: Collection[str] = (),
) -> tuple[PoolSlot, ...]:
    moment = now.timestamp()
    # The change may run several times, since other workers reserve as well. The slots are those of its last run, which
    # began with the state that ``move_paces`` returns.
    before = await ledger.move_paces(
        lambda paces: reserve_slots(paces, moment, writes, pool, share=share, lead=lead, without=without).paces
    )
    return reserve_slots(before, moment, writes, pool, share=share, lead=lead, without=without).slots


def _charged_to(slot: PoolSlot, batch: Batch) -> Batch:
    return replace(batch, identity=slot.identity, shifted=slot.shifted)


def _due_at(batch: Batch, slot: PoolSlot, now: datetime) -> Batch:
    due = now + timedelta(seconds=slot.at - now.timestamp())
    return replace(batch, due_at=due, planned_for=due, identity=slot.identity, shifted=slot.shifted, in_turn=False)
