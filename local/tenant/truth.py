"""What the journal and the directory know, for tests to judge by."""

from collections.abc import Mapping
from itertools import islice
from typing import Any
from urllib.parse import unquote

from local.tenant.exchange import stamp
from local.tenant.odata.options import not_found
from local.tenant.tenant import Tenant


def read(tenant: Tenant, path: str, options: Mapping[str, str]) -> dict[str, Any]:
    """Answer `GET /_journal` and what is below it."""
    journal, directory = tenant.graph.journal, tenant.graph.world.directory
    if path == "/_journal":
        returned = sum(map(len, tenant.graph.world.sessions.returned.values()))
        return journal.summary(len(directory)) | {"returned": returned}
    if path == "/_journal/log":
        return {"log": journal.log(int(options.get("limit", "100")))}
    if path == "/_journal/users":
        return _touched(tenant, int(options.get("cursor") or 0), int(options.get("limit", "1000")))
    prefix, _, name = path.partition("/_journal/users/")
    index = directory.find(unquote(name)) if not prefix else None
    if index is None:
        raise not_found(unquote(name) or path)
    return _truth(tenant, index)


def _touched(tenant: Tenant, cursor: int, limit: int) -> dict[str, Any]:
    """One page of the users that were revoked, in the order of their first time."""
    accepted = tenant.graph.journal.accepted
    page = [_truth(tenant, index) for index in islice(accepted, cursor, cursor + limit)]
    following = cursor + len(page)
    return {"users": page, "cursor": str(following) if following < len(accepted) else None}


def _truth(tenant: Tenant, index: int) -> dict[str, Any]:
    world = tenant.graph.world
    person, moments = world.directory.person(index), tenant.graph.journal.accepted.get(index, [])
    return {
        "id": person.id,
        "userPrincipalName": person.upn,
        "validFrom": stamp(world.sessions.valid_from(index)),
        "accepted": len(moments),
        "acceptedAt": moments,
        "acceptedBy": tenant.graph.journal.accepted_by.get(index, []),
        "returnedAt": world.sessions.returned.get(index, []),
    }
