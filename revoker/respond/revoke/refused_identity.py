"""Tell an identity that Graph refuses from users that it refuses, by asking as another identity.

Graph answers 403 to an identity without the permission, and to any identity for users in a restricted unit::

    as A    403 for all of the batch's users      the batch goes on to B, and notes that A was refused
    as B    accepted                              so it was A: set aside for 15 minutes, and said on the run
            403 for all                           no other is left: so it is the users, they end `refused`

A token that cannot be had, or that is refused (401), goes the same way. With one identity nothing of this happens.
"""

from collections.abc import Collection
from operator import methodcaller

from revoker import log
from revoker.core.availability import set_aside
from revoker.core.batch import Batch
from revoker.core.graph_answer import GraphAnswer
from revoker.core.identity_refusal import identity_refusal
from revoker.core.pool import Pool
from revoker.ports.clock import Clock
from revoker.ports.ledger import Ledger
from revoker.views.identity_warnings import identity_warning


def refused_here(answers: Collection[GraphAnswer], batch: Batch, pool: Pool) -> str | None:
    """Return why Graph refused the batch's identity for all users, where another identity is left to be asked.

    One that is set aside is asked as well, before users end `refused`: it may work again.
    """
    if set(pool.identities) <= {pool.name(batch.identity), *batch.refusals}:
        return None
    return identity_refusal(answers)


async def set_aside_refused(batch: Batch, ledger: Ledger, pool: Pool, clock: Clock) -> None:
    """Set identities aside that were refused for users that the batch's identity has just revoked."""
    refusals, now, working = batch.refusals, clock.now().timestamp(), pool.name(batch.identity)
    await ledger.move_paces(lambda paces: set_aside(paces, refusals, now, working))
    for identity, reason in refusals.items():
        if identity == working:  # every identity had refused the batch, and this one works again
            continue
        log.failure("identity_set_aside", run=batch.run, identity=identity, reason=reason)
        warn = methodcaller("warned", identity_warning(identity, reason))
        await ledger.update_run(batch.run, warn)
