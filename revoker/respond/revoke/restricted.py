"""Tell users that a restricted management administrative unit shields from users that the identity may not revoke.

Graph answers 403 to both. Application permissions do not reach members of such a unit; an Entra role that is assigned
to the application at the unit's scope does (docs/graph-facts.md#revoking).
"""

from collections.abc import Sequence
from dataclasses import replace

from revoker.core.after_call import RESTRICTED_UNIT
from revoker.core.outcome import Outcome, User
from revoker.core.permission import REVOKE
from revoker.core.run import Run
from revoker.ports.graph import GraphListings
from revoker.ports.ledger import Ledger

_WARNING = (
    "Graph refuses some users (403) and no others, so they are likely in a restricted management administrative unit, "
    "where application permissions do not hold (reason restricted_unit): assign an Entra role that may revoke sessions "
    "to the identity at the scope of that unit, then retry."
)


async def mark_restricted(tried: Sequence[User], run: Run, graph_listings: GraphListings, ledger: Ledger) -> list[User]:
    """Return the users of a call; those refused while others pass have the reason ``restricted_unit``."""
    if not any(user.outcome is Outcome.REFUSED for user in tried):
        return list(tried)
    if not any(user.is_unseen for user in tried) and not await _others_passed(run, graph_listings, ledger):
        return list(tried)
    await ledger.update_run(run.id, lambda row: row.warned(_WARNING))
    marked: list[User] = []
    for user in tried:
        if user.outcome is Outcome.REFUSED:
            marked.append(replace(user, reason=RESTRICTED_UNIT))
        else:
            marked.append(user)
    return marked


async def _others_passed(run: Run, graph_listings: GraphListings, ledger: Ledger) -> bool:
    """Tell whether the identity could revoke other users of the run, now or in an earlier run of its sweep.

    The last users behind a sweep's cutoff may all be in such a unit: others are revoked already, and the token says
    that the identity may revoke.
    """
    counted = await ledger.tally(run.id)
    if counted.last_called_at is not None:
        return True
    return bool(counted.count(Outcome.ALREADY_REVOKED)) and REVOKE in await graph_listings.permissions()
