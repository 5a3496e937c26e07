"""Answers about groups.

Facts: `group-get`, `group-list-members`, `group-list-transitivemembers`.
"""

import re
from typing import Any

from local.tenant import members
from local.tenant.conditions import Field
from local.tenant.exchange import Refusal
from local.tenant.memberships import Group
from local.tenant.options import check_options, filtered, narrowed, not_found
from local.tenant.world import Call, World

_GUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_FIELDS = {"id": Field(), "displayName": Field()}


def get_group(world: World, call: Call) -> dict[str, Any]:
    """`GET /groups/{id}`."""
    check_options(call, {"$select"})
    context = {"@odata.context": f"{call.root}/$metadata#groups/$entity"}
    return context | narrowed(members.describe(_group(world, call)), call)


def list_groups(world: World, call: Call) -> dict[str, Any]:
    """`GET /groups`: few enough for one page."""
    check_options(call, {"$select", "$filter", "$top", "$count"})
    rows = [members.describe(group) for group in world.memberships.groups.values()]
    rows = [narrowed(row, call) for row in filtered(rows, _FIELDS, call)]
    return {"@odata.context": f"{call.root}/$metadata#groups", "value": rows}


def list_members(world: World, call: Call) -> dict[str, Any]:
    """`GET /groups/{id}/members`: what is directly inside."""
    group = _group(world, call)
    inside = [world.memberships.groups[name] for name in group.groups]
    return members.list_members(world, call, group.users, inside, group.things)


def list_transitive_members(world: World, call: Call) -> dict[str, Any]:
    """`GET /groups/{id}/transitiveMembers`: everything inside, however deep."""
    return members.list_members(world, call, *world.memberships.transitive(_group(world, call)))


def _group(world: World, call: Call) -> Group:
    name = call.address.segments[1]
    if not _GUID.fullmatch(name):
        raise Refusal(400, "Request_BadRequest", f"Invalid object identifier '{name}'.")
    group = world.memberships.groups.get(name.lower())
    if group is None:
        raise not_found(name)
    return group
