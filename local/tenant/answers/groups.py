"""Answers about groups.

Facts: `group-get`, `group-list`, `group-list-members`, `group-list-transitivemembers`. A group of `HiddenMembership`
looks empty, with 200, to a caller without Member.Read.Hidden: reported for a user's memberships
(microsoft-graph-docs#12552), likely for a group's members, and by the same reasoning for a hidden group inside another.
"""

import re
from typing import Any

from local.tenant.answers import members
from local.tenant.exchange import Refusal
from local.tenant.memberships import Group
from local.tenant.odata.conditions import Field
from local.tenant.odata.listing import listed
from local.tenant.odata.options import check_options, narrowed, not_found
from local.tenant.world import Call, World

READ_HIDDEN = "Member.Read.Hidden"
_GUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_FIELDS = {"id": Field(), "displayName": Field()}


def get_group(world: World, call: Call) -> dict[str, Any]:
    """`GET /groups/{id}`."""
    check_options(call, {"$select"})
    context = {"@odata.context": f"{call.root}/$metadata#groups/$entity"}
    return context | narrowed(members.describe(_group(world, call)), call)


def list_groups(world: World, call: Call) -> dict[str, Any]:
    """`GET /groups`, also by display name, which several groups may share."""
    check_options(call, {"$select", "$filter", "$top", "$count", "$skiptoken"})
    rows = [members.describe(group) for group in world.memberships.groups.values()]
    return listed(world, call, rows, _FIELDS, "groups")


def list_members(world: World, call: Call) -> dict[str, Any]:
    """`GET /groups/{id}/members`: what is directly inside."""
    group = _seen(call, _group(world, call))
    inside = [world.memberships.groups[name] for name in group.groups]
    return members.list_members(world, call, group.users, inside, group.things)


def list_transitive_members(world: World, call: Call) -> dict[str, Any]:
    """`GET /groups/{id}/transitiveMembers`: everything inside, however deep."""
    hidden = READ_HIDDEN not in call.grants
    return members.list_members(world, call, *world.memberships.transitive(_group(world, call), skip_hidden=hidden))


def _seen(call: Call, group: Group) -> Group:
    """Return a group as this caller sees it: without its members, if they are hidden."""
    if group.hidden and READ_HIDDEN not in call.grants:
        return Group(group.id, group.name)
    return group


def _group(world: World, call: Call) -> Group:
    name = call.address.segments[1]
    if not _GUID.fullmatch(name):
        raise Refusal(400, "Request_BadRequest", f"Invalid object identifier '{name}'.")
    group = world.memberships.groups.get(name.lower())
    if group is None:
        raise not_found(name)
    return group
