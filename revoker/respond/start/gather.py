"""Gather everything that a decision about a request needs, before anything is decided or written."""

from collections.abc import Mapping
from datetime import datetime

from revoker.core.directory_user import DirectoryUser
from revoker.core.plan import Finding
from revoker.core.request import Request, Target, Trigger
from revoker.core.revocation import Revocation, spares_since
from revoker.core.rules import NamedAccounts
from revoker.ports.graph import GraphListings, GraphUsers
from revoker.ports.ledger import Ledger
from revoker.respond.lookup import LOOK_UP_AT_MOST, look_up
from revoker.respond.start.exclusions import excluded_users, with_members
from revoker.respond.start.facts import Facts, Passed
from revoker.respond.start.gate import pass_gate, see_domains
from revoker.respond.start.measure import measure
from revoker.respond.start.resolve import Resolved
from revoker.respond.start.size_check import check_size


async def gather_facts(
    resolved: Resolved,
    protected: NamedAccounts,
    graph_users: GraphUsers,
    graph_listings: GraphListings,
    ledger: Ledger,
    approval_above: int,
    now: datetime,
) -> Facts:
    """Return the facts; raises where the request is refused for its scope, its size or at the gate.

    A sweep passed the gate, and was approved for its size, when it was made: its runs are checked for growth only.
    """
    request = resolved.request
    extent = await measure(request, graph_listings)
    check_size(request, extent.expected, approval_above)
    gate = await _gate(request, graph_listings)
    excluded = await excluded_users(request, graph_users)
    found = await look_up(graph_users, request.targets, skip_guests=request.include_guests is False)
    return Facts(
        protected=protected,
        excluded=with_members(excluded, extent.spared),
        unchecked=_unchecked(request),
        found=found,
        extent=extent,
        revoked=await _revoked(request, found, ledger, now),
        gate=gate,
        tenant=await graph_listings.tenant(),
        names=resolved.names,
    )


async def _gate(request: Request, graph_listings: GraphListings) -> Passed:
    """Pass the gate; a sweep passed it when it was made, and only shows the domains as they are now."""
    if request.trigger is Trigger.SCHEDULE:
        return await see_domains(request, graph_listings)
    return await pass_gate(request, graph_listings)


def _unchecked(request: Request) -> frozenset[str]:
    """Return the excluded users that are too many to be looked up; the run warns of those that spare no user."""
    if len(request.exclude_users) > LOOK_UP_AT_MOST:
        return request.exclude_users
    return frozenset()


async def _revoked(
    request: Request, found: Mapping[Target, Finding], ledger: Ledger, now: datetime
) -> Mapping[str, Revocation]:
    """Return earlier revocations of a Sentinel body's users, where a cooldown or a cutoff may spare them."""
    since = spares_since(request, now)
    if request.trigger is not Trigger.SENTINEL or since is None:
        return {}
    return await ledger.revocations((seen.id for seen in found.values() if isinstance(seen, DirectoryUser)), since)
