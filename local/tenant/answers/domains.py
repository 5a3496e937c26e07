"""Answers about domains: how they sign in, and which certificates they trust.

Facts: `domain-list`, `domain-list-federationconfiguration` (a collection of one; 404 where there is none).
"""

from typing import Any

from local.tenant.domain_states import Domain
from local.tenant.exchange import Refusal
from local.tenant.odata.listing import listed
from local.tenant.odata.options import check_options, narrowed, not_found
from local.tenant.world import Call, World


def list_domains(world: World, call: Call) -> dict[str, Any]:
    """`GET /domains`."""
    check_options(call, {"$select", "$skiptoken"})
    rows = [_describe(domain) for domain in world.federation.domains()]
    return listed(world, call, rows, {}, "domains")


def get_domain(world: World, call: Call) -> dict[str, Any]:
    """`GET /domains/{id}`."""
    check_options(call, {"$select"})
    row = narrowed(_describe(_find(world, call)), call)
    return {"@odata.context": f"{call.root}/$metadata#domains/$entity", **row}


def get_federation(world: World, call: Call) -> dict[str, Any]:
    """`GET /domains/{id}/federationConfiguration`; it takes no query options."""
    check_options(call, ())
    domain = _find(world, call)
    if domain.federated and domain.answer == "failing":
        raise Refusal(500, "Service_InternalServerError", "Encountered an internal server error.")
    configurations = world.federation.configurations(domain)
    if not configurations and not (domain.federated and domain.answer == "empty"):
        raise not_found("federationConfiguration")
    context = f"{call.root}/$metadata#domains('{domain.name}')/federationConfiguration"
    return {"@odata.context": context, "value": configurations}


def _find(world: World, call: Call) -> Domain:
    name = call.address.segments[1].lower()
    for domain in world.federation.domains():
        if domain.name == name:
            return domain
    raise not_found(name)


def _authentication(domain: Domain) -> str:
    return "Federated" if domain.federated else "Managed"


def _describe(domain: Domain) -> dict[str, Any]:
    return {
        "id": domain.name,
        "authenticationType": _authentication(domain),
        "isAdminManaged": True,
        "isDefault": domain.default,
        "isInitial": domain.initial,
        "isRoot": domain.root,
        "isVerified": True,
        "supportedServices": ["Email"],
    }
