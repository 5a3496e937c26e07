"""Gather everything that a decision about a request needs, before anything is decided or written."""

from dataclasses import replace

from revoker.core.errors import UnavailableError
from revoker.core.request import Request, Trigger
from revoker.core.rules import NamedAccounts
from revoker.ports.graph import GraphListings, GraphUsers
from revoker.respond.lookup import look_up
from revoker.respond.protect import named_accounts
from revoker.respond.start.facts import Facts
from revoker.respond.start.gate import pass_gate
from revoker.respond.start.measure import measure
from revoker.respond.start.size_check import check_size


async def gather_facts(
    request: Request,
    protected: NamedAccounts,
    graph_users: GraphUsers,
    graph_listings: GraphListings,
    approval_above: int,
) -> Facts:
    """Return the facts; raises where the request is refused for its scope, its size or at the gate.

    A sweep's request passed the gate and the approval when the sweep was made, for about as many users as it had then.
    """
    extent = await measure(request, graph_listings)
    check_size(request, extent.expected, approval_above)
    gate = request.acknowledge
    if request.trigger is not Trigger.SCHEDULE:
        gate = await pass_gate(request, graph_listings)
    excluded = await named_accounts(sorted(request.exclude_users), graph_users)
    if excluded is None:
        raise UnavailableError("The excluded users cannot be checked now, so nothing was started.")
    return Facts(
        protected=protected,
        # Members of excluded groups are known by both names, so the list stays as complete as it was.
        excluded=replace(excluded, names=excluded.names | extent.spared),
        found=await look_up(graph_users, request.targets),
        extent=extent,
        gate=gate,
    )
