"""Slots in a pool: which identity sends a batch, and when. Every function returns the state afterwards.

A batch goes to the identity that has a slot for it first; so identities with full buckets take turns, and one that
Graph asked to wait comes last. The first usable identity keeps a part of its bucket free for urgent writes.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from revoker.core.pacing import Pace, charged, delayed, given_back, taken
from revoker.core.pool import Paces, Pool


@dataclass(frozen=True, slots=True)
class PoolSlot:
    """The identity that sends a batch, and the moment ``at`` which it is due (seconds since the epoch).

    ``shifted`` is the identity's ``Pace.shifted`` when the slot was reserved.
    """

    identity: str
    at: float
    shifted: float


@dataclass(frozen=True, slots=True)
class PoolReservation:
    """The paces afterwards, and a slot for each batch."""

    paces: Paces
    slots: tuple[PoolSlot, ...]


def reserve_slots(
    paces: Paces,
    now: float,
    writes: Sequence[int],
    pool: Pool,
    *,
    share: float = 1.0,
    lead: float = 0.0,
    without: Collection[str] = (),
) -> PoolReservation:
    """Reserve a slot for each batch, in order; ``writes``, ``share`` and ``lead`` as in ``pacing.reserve``.

    Identities in ``without`` get none, as long as others are left.
    """
    of, tenant = paces.among(pool), paces.tenant
    tenant_share = pool.tenant_share(share)
    candidates = _candidates(paces, pool, now, without)
    # What is left free for urgent writes is left by one identity. Were it left by all, a little each, Graph might ask
    # more of each while it serves urgent writes of it: a request of low priority is refused first, and how early is not
    # documented (docs/graph-facts.md#throttling).
    shares = dict.fromkeys(candidates, 1.0) | {candidates[0]: share}
    slots: list[PoolSlot] = []
    for count in writes:
        earliest = now + lead
        tenant, tenant_slot = taken(tenant, earliest, count, pool.tenant, tenant_share)
        if pool.is_shared:
            # A batch that waits for the tenant leaves its identity's bucket alone until then, and a full one gains
            # nothing: ten identities at 54/s use 5.4/s each, and must not save up the rest beyond their 3,000.
            earliest = max(earliest, tenant_slot)
        offers = {one: taken(of[one], earliest, count, pool.quota, shares[one]) for one in candidates}
        # Of those that may send at once the one that has sent least: all of them begin with the first page.
        identity = min(candidates, key=lambda one: (max(earliest, offers[one][1]), of[one].full_at))
        of[identity], at = offers[identity]
        if pool.is_shared:
            at = max(at, tenant_slot)
        slots.append(PoolSlot(identity, max(now, at), of[identity].shifted))
    return PoolReservation(replace(paces, of=of, tenant=tenant), tuple(slots))


def charge_writes(
    paces: Paces, now: float, writes: Sequence[int], pool: Pool, *, without: Collection[str] = ()
) -> PoolReservation:
    """Charge batches that wait for no slot, each to the identity that is free soonest; that identity's slots shift.

    Where the tenant's own limit decides over reserved slots, those of the other identities shift as well.
    """
    of, tenant = paces.among(pool), paces.tenant
    tenant_share = pool.tenant_share(pool.quota.bulk_share)
    candidates = _candidates(paces, pool, now, without)
    slots: list[PoolSlot] = []
    for count in writes:
        # A bucket of 3,000 at 20/s that is full again at 400 s has room from 250 s on. Several that have room now are
        # alike, and the first of them is the one that keeps room for such batches.
        identity = min(candidates, key=lambda one: max(now, of[one].full_at - pool.quota.refill))
        of[identity] = charged(of[identity], now, count, pool.quota)
        _, before = taken(tenant, now, 0, pool.tenant, tenant_share)
        tenant, after = taken(tenant, now, count, pool.tenant, tenant_share)
        # 20 urgent writes, 54/s for all: where reserved slots use the tenant's bucket up, each shifts by 0.37 s. While
        # the bucket has room for the 20 beside them, none does. Nor does one whose own bucket is used up for longer.
        behind = after - max(now, before)
        if pool.is_shared and behind > 0:
            for other in of.keys() - {identity}:
                if of[other].full_at - pool.quota.refill < after:
                    of[other] = delayed(of[other], behind)
        slots.append(PoolSlot(identity, now, of[identity].shifted))
    return PoolReservation(replace(paces, of=of, tenant=tenant), tuple(slots))


def give_back_slots(paces: Paces, now: float, writes: Mapping[str, int], pool: Pool, last_slot: float) -> Paces:
    """Return the paces after reserved writes that will not be made: so many of each identity."""
    # A run of 6,000 is cancelled that B had alone, as A was set aside. A has just made 3,000 writes of another run: its
    # bucket stays empty. Were 3,000 given back to each, A would be planned for 3,000 writes that Graph refuses.
    of = paces.among(pool)
    for identity, count in writes.items():
        name = pool.name(identity)
        of[name] = given_back(of.get(name, Pace()), now, count, pool.quota, last_slot)
    return replace(paces, of=of, tenant=given_back(paces.tenant, now, sum(writes.values()), pool.tenant, last_slot))


def _candidates(paces: Paces, pool: Pool, now: float, without: Collection[str]) -> tuple[str, ...]:
    """Return the identities to choose from: one that is set aside only where every other is to be left out."""
    usable = paces.usable(pool, now)
    for some in (usable, pool.identities):
        left = tuple(identity for identity in some if identity not in without)
        if left:
            return left
    return usable
