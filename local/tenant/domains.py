"""Answers about domains: how they sign in, and whom they trust.

Facts: `domain-list`, `domain-list-federationconfiguration` (a collection of one; 404 where there is none).
"""

from typing import Any

from local.tenant.options import check_options, narrowed, not_found
from local.tenant.world import Call, World


def list_domains(world: World, call: Call) -> dict[str, Any]:
    """`GET /domains`."""
    check_options(call, {"$select"})
    rows = [narrowed(row, call) for row in world.federation.domains()]
    return {"@odata.context": f"{call.root}/$metadata#domains", "value": rows}


def get_domain(world: World, call: Call) -> dict[str, Any]:
    """`GET /domains/{id}`."""
    check_options(call, {"$select"})
    return {"@odata.context": f"{call.root}/$metadata#domains/$entity", **narrowed(_find(world, call), call)}


def get_federation(world: World, call: Call) -> dict[str, Any]:
    """`GET /domains/{id}/federationConfiguration`; it takes no query options."""
    check_options(call, ())
    domain = _find(world, call)["id"]
    configuration = world.federation.configuration(domain)
    if configuration is None:
        raise not_found(domain)
    context = f"{call.root}/$metadata#domains('{domain}')/federationConfiguration"
    return {"@odata.context": context, "value": [configuration]}


def _find(world: World, call: Call) -> dict[str, Any]:
    name = call.address.segments[1].lower()
    for row in world.federation.domains():
        if row["id"] == name:
            return row
    raise not_found(name)
