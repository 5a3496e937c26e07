"""Tell which refused users are in a restricted management administrative unit, and which the identity may not revoke.

Graph answers 403 to both. Application permissions do not reach members of such a unit; an Entra role that is assigned
to the application at the unit's scope does (docs/graph-facts.md#revoking). The directory has a property for it. Where
that cannot be read, users that Graph refuses while it accepts others are likely in such a unit.
"""

from collections.abc import Sequence
from dataclasses import replace

from revoker.core.after_call import RESTRICTED_UNIT
from revoker.core.outcome import Outcome, User
from revoker.core.permission import REVOKE
from revoker.core.run import Run
from revoker.ports.graph import GraphListings, GraphUsers
from revoker.ports.ledger import Ledger
from revoker.respond.warn import warn

_REMEDY = (
    "where application permissions do not hold (reason restricted_unit): assign an Entra role that may revoke sessions "
    "to the identity at the scope of that unit, then retry. A role at a unit's scope may not reach a Global "
    "Administrator: take one out of the unit first."
)
_KNOWN = f"Some users are in a restricted management administrative unit, {_REMEDY}"
_LIKELY = (
    "Graph refuses some users (403) and no others, so they are likely in a restricted management administrative unit, "
    f"{_REMEDY}"
)


async def mark_restricted(
    tried: Sequence[User], run: Run, graph_users: GraphUsers, graph_listings: GraphListings, ledger: Ledger
) -> list[User]:
    """Return the users of a call; those refused because of such a unit have the reason ``restricted_unit``."""
    refused = [user for user in tried if user.outcome is Outcome.REFUSED]
    if not refused:
        return list(tried)
    told = await graph_users.shielded([user.address for user in refused], run.priority)
    known: set[str] = set()
    untold: set[str] = set()
    for user in refused:
        if user.address not in told:  # the property cannot be read: how other users fared has to decide
            untold.add(user.key)
        elif told[user.address]:
            known.add(user.key)
    likely: set[str] = set()
    if untold and (any(user.is_unseen for user in tried) or await _others_passed(run, graph_listings, ledger)):
        likely = untold
    if known:
        await warn(run.id, [_KNOWN], ledger)
    if likely:
        await warn(run.id, [_LIKELY], ledger)
    return [_marked(user, known | likely) for user in tried]


def _marked(user: User, restricted: set[str]) -> User:
    if user.key not in restricted:
        return user
    return replace(user, reason=RESTRICTED_UNIT)


async def _others_passed(run: Run, graph_listings: GraphListings, ledger: Ledger) -> bool:
    """Tell whether the identity can revoke other users: in this run, or by its token where all others are done.

    The last users behind a sweep's cutoff may all be in such a unit. The others are `already_revoked` then, and the
    token's permissions tell that the identity may revoke.
    """
    counted = await ledger.tally(run.id)
    if counted.last_called_at is not None:
        return True
    return bool(counted.count(Outcome.ALREADY_REVOKED)) and REVOKE in await graph_listings.permissions()
