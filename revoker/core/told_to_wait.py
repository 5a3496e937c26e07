"""Graph told a batch to wait: what becomes of the slots that are reserved, and when the batch has its turn. Pure."""

from dataclasses import replace

from revoker.core.pacing import Pace, next_turn, pushed_back
from revoker.core.pool import Paces, Pool
from revoker.core.pool_slots import charge_writes


def pushed_back_identity(paces: Paces, now: float, seconds: float, pool: Pool, identity: str) -> Paces:
    """Return the paces after Graph told one identity to wait: only its slots shift."""
    of = paces.among(pool)
    name = pool.name(identity)
    return replace(paces, of={**of, name: pushed_back(of.get(name, Pace()), now, seconds, pool.quota)})


def pushed_back_all(paces: Paces, now: float, seconds: float, pool: Pool) -> Paces:
    """Return the paces after Graph said that the tenant's own limit is used up: every slot shifts."""
    of = paces.among(pool)
    for identity, pace in of.items():
        of[identity] = pushed_back(pace, now, seconds, pool.quota)
    return replace(paces, of=of, tenant=pushed_back(paces.tenant, now, seconds, pool.tenant))


def charged_for_turn(paces: Paces, now: float, writes: int, pool: Pool, identity: str) -> Paces:
    """Return the paces after a batch with a turn was charged again: slots shift, and the turns before it do not."""
    # 24 batches that a worker has under way are refused at the same moment. If the turns of the first 23 shifted as
    # well, all 24 would be sent together, in the 24th second.
    before, others = paces.among(pool), frozenset(pool.identities) - {pool.name(identity)}
    charged = charge_writes(paces, now, [writes], pool, without=others).paces
    of = dict(charged.of)
    for name, pace in charged.of.items():
        of[name] = replace(pace, turned=pace.turned + pace.shifted - before[name].shifted)
    return replace(charged, of=of)


def next_turn_of_identity(
    paces: Paces, now: float, seconds: float, writes: int, pool: Pool, identity: str, *, urgent: bool
) -> tuple[Paces, float]:
    """Return the paces, and when a batch has its turn that was told to wait for the quota of its identity."""
    of = paces.among(pool)
    name = pool.name(identity)
    of[name], at = next_turn(of.get(name, Pace()), now, seconds, writes, pool.quota, urgent=urgent)
    return replace(paces, of=of), at


def next_turn_of_tenant(
    paces: Paces, now: float, seconds: float, writes: int, pool: Pool, *, urgent: bool
) -> tuple[Paces, float]:
    """Return the paces, and when a batch has its turn that was told to wait for the tenant's limit."""
    tenant, at = next_turn(paces.tenant, now, seconds, writes, pool.tenant, urgent=urgent)
    return replace(paces, tenant=tenant), at
