"""Which identities of a pool should send no batch now: those that Graph refuses, and those that it told to wait."""

from collections.abc import Collection, Mapping
from dataclasses import replace

from revoker.core.pool import ASK_AGAIN_AFTER, Paces, Pool, SetAside


def set_aside(paces: Paces, refusals: Mapping[str, str], now: float, working: str = "") -> Paces:
    """Return the paces with identities set aside for 15 minutes, each with the reason; then they are asked again.

    ``working`` is the identity that was accepted where these were refused: it is not set aside any more.
    """
    aside = {one: why for one, why in paces.aside.items() if now < why.until}
    for identity, reason in refusals.items():
        aside.setdefault(identity, SetAside(reason, now + ASK_AGAIN_AFTER))
    aside.pop(working, None)
    return replace(paces, aside=aside)


def to_avoid(paces: Paces, pool: Pool, now: float, refusals: Collection[str], *, urgent: bool) -> frozenset[str]:
    """Return the identities that should not send a batch next, of which some in ``refusals`` refused it: never all.

    An identity that refused the batch comes last, after those that are unavailable.
    """
    # Of A, B and C, A refused the batch and B is set aside: C is next. C refuses as well: B is asked, although it is
    # set aside. B leaves the pool before that: A and C are asked once more, else the batch would wait for ever.
    members = frozenset(pool.identities)
    refused = frozenset(refusals)
    if refused >= members:
        refused = frozenset()
    avoid = refused | unavailable(paces, pool, now, urgent=urgent)
    return refused if avoid >= members else avoid


def unavailable(paces: Paces, pool: Pool, now: float, *, urgent: bool) -> frozenset[str]:
    """Return the identities that should not send a batch now: never all of them.

    Those that are set aside; and for an urgent batch also those that Graph told to wait, while another may go on.
    """
    left = paces.usable(pool, now)
    if urgent:
        of = paces.among(pool)
        left = tuple(identity for identity in left if of[identity].held_until <= now) or left
    return frozenset(pool.identities) - frozenset(left)
