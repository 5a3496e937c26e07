"""Tell whether Graph refuses an identity or the users, by trying the users with another identity.

Graph answers 403 to an identity without the permission, and to any identity for users in a restricted unit::

    as A    403 for all of the batch's users      the batch goes on to B, and notes that A was refused
    as B    accepted                              Graph refuses A: set aside for 15 minutes, and the run warns of it
            403 for all                           no other is left: Graph refuses the users, they end `refused`

An identity whose token cannot be had, or is refused (401), is treated the same way. A pool of one identity skips this.
"""

from collections.abc import Collection

from revoker import log
from revoker.core.availability import set_aside
from revoker.core.batch import Batch
from revoker.core.graph_answer import GraphAnswer
from revoker.core.identity_refusal import identity_refusal
from revoker.core.pool import Pool
from revoker.ports.clock import Clock
from revoker.ports.ledger import Ledger
from revoker.respond.warn import warn
from revoker.views.identity_warnings import identity_warning


def refused_here(answers: Collection[GraphAnswer], batch: Batch, pool: Pool) -> str | None:
    """Return why Graph refused the batch's identity for all users, where another identity of the pool is left to try.

    An identity that is set aside counts as left: it may work again, and users must not end `refused` before that.
    """
    if set(pool.identities) <= {pool.name(batch.identity), *batch.refusals}:
        return None
    return identity_refusal(answers)


async def set_aside_refused(batch: Batch, ledger: Ledger, pool: Pool, clock: Clock) -> None:
    """Set the identities aside that Graph refused for this batch: it has just accepted another for the same users."""
    refusals, now, working = batch.refusals, clock.now().timestamp(), pool.name(batch.identity)
    await ledger.move_paces(lambda paces: set_aside(paces, refusals, now, working))
    for identity, reason in refusals.items():
        if identity == working:  # Graph had refused every identity for the batch, and now accepts this one
            continue
        log.failure("identity_set_aside", run=batch.run, identity=identity, reason=reason)
        await warn(batch.run, [identity_warning(identity, reason)], ledger)
