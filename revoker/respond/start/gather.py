"""Gather everything that a decision about a request needs, before anything is decided or written."""

from collections.abc import Mapping

from revoker.core.directory_user import DirectoryUser
from revoker.core.plan import Finding
from revoker.core.request import Request, Target, Trigger
from revoker.core.revocation import Revocation
from revoker.core.rules import NamedAccounts
from revoker.ports.graph import GraphListings, GraphUsers
from revoker.ports.ledger import Ledger
from revoker.respond.lookup import LOOK_UP_AT_MOST, look_up
from revoker.respond.start.exclusions import excluded_users, with_members
from revoker.respond.start.facts import Facts
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
) -> Facts:
    """Return the facts; raises where the request is refused for its scope, its size or at the gate.

    A sweep's request passed the gate and the approval when the sweep was made, for about as many users as it had then.
    """
    request = resolved.request
    extent = await measure(request, graph_listings)
    check_size(request, extent.expected, approval_above)
    if request.trigger is Trigger.SCHEDULE:
        gate = await see_domains(request, graph_listings)
    else:
        gate = await pass_gate(request, graph_listings)
    excluded = await excluded_users(request, graph_users)
    unchecked: frozenset[str] = frozenset()
    if len(request.exclude_users) > LOOK_UP_AT_MOST:
        unchecked = request.exclude_users
    found = await look_up(graph_users, request.targets, skip_guests=request.include_guests is False)
    return Facts(
        protected=protected,
        excluded=with_members(excluded, extent.spared),
        unchecked=unchecked,
        found=found,
        extent=extent,
        revoked=await _revoked(request, found, ledger),
        gate=gate,
        tenant=await graph_listings.tenant(),
        names=resolved.names,
    )


async def _revoked(request: Request, found: Mapping[Target, Finding], ledger: Ledger) -> Mapping[str, Revocation]:
    """Return what runs of ours did to the users of a Sentinel body, where that may spare them or name the run."""
    if request.trigger is not Trigger.SENTINEL or not (request.cooldown or request.issued_before):
        return {}
    return await ledger.revocations(seen.id for seen in found.values() if isinstance(seen, DirectoryUser))
