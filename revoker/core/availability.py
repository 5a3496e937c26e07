"""Which identities of a pool should send no batch now: those that Graph refused, and those that it told to wait."""

import math
from collections.abc import Collection, Mapping
from dataclasses import replace

from revoker.core.pool import ASK_AGAIN_AFTER, Paces, Pool, SetAside

# Seconds in which one batch is sent with another identity and answered, so that it is known what Graph refused.
_FOUND_OUT_WITHIN = 10.0
# Seconds by which waits may differ for a batch not to change its identity: of the 24 batches that a host has under way
# and that are told to wait together, the last has its turn after 24 s. Sent elsewhere, each would be refused once more.
_ALIKE = 30.0


def set_aside(paces: Paces, refusals: Mapping[str, str], now: float, working: str = "") -> Paces:
    """Return the paces with each identity in ``refusals`` set aside for 15 minutes, with the reason that it has there.

    ``working`` is the identity that Graph accepted for the same users: it gets batches again at once.
    """
    aside = {identity: one for identity, one in paces.aside.items() if now < one.until}
    for identity, reason in refusals.items():
        aside.setdefault(identity, SetAside(reason, now + ASK_AGAIN_AFTER))
    aside.pop(working, None)
    return replace(paces, aside=aside)


def is_suspect(paces: Paces, identity: str, now: float) -> bool:
    """Whether a batch is on its way with another identity, to tell whether Graph refused this one or its users."""
    return now < paces.suspects.get(identity, 0.0)


def suspect(paces: Paces, identity: str, now: float) -> Paces:
    """Return the paces with an identity suspect, since Graph refused it for a whole batch; unchanged if it is so."""
    if is_suspect(paces, identity, now):
        return paces
    return replace(paces, suspects={**paces.suspects, identity: now + _FOUND_OUT_WITHIN})


def to_avoid(
    paces: Paces, pool: Pool, now: float, refusals: Collection[str], *, longest_wait: float = math.inf
) -> frozenset[str]:
    """Return the identities that should not send a batch next; at least one of the pool is left.

    ``longest_wait`` as in ``unavailable``. ``refusals`` are the identities that Graph refused for this batch. One of
    them is only left where every other has been refused as well; one that is unavailable is left before that.
    """
    # Of A, B and C, A was refused for the batch and B is set aside: C is next. C is refused as well: B is next, though
    # it is set aside. Where B leaves the pool before that, A and C are tried once more: no batch must wait for ever.
    members = frozenset(pool.identities)
    refused = frozenset(refusals)
    if refused >= members:
        refused = frozenset()
    avoid = refused | unavailable(paces, pool, now, longest_wait)
    return refused if avoid >= members else avoid


def unavailable(paces: Paces, pool: Pool, now: float, longest_wait: float) -> frozenset[str]:
    """Return the identities that should not send a batch now; at least one of the pool is left.

    They are those that are set aside, and those that Graph told to wait for more than ``longest_wait`` seconds from
    now. Where it told all so, those are left whose wait ends first. A batch with a slot waits for it: no wait is too
    long for its identity.
    """
    # A has just been told to wait for 150 s and B for one: an urgent batch goes to B. Told by the tenant's limit, both
    # wait alike, and the batch stays where it is.
    of, usable = paces.among(pool), paces.usable(pool, now)
    soonest = min(of[identity].held_until for identity in usable)
    latest = now + longest_wait
    if soonest > latest:
        latest = soonest + _ALIKE
    left = {identity for identity in usable if of[identity].held_until <= latest}
    return frozenset(pool.identities) - left
