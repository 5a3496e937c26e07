"""Members of groups and of roles: users, groups and things, paged alike.

Facts: `group-list-transitivemembers` (an OData cast needs an advanced query); what a caller without permission to read
users sees of members (`permissions-overview`, limited information).
"""

from collections.abc import Sequence
from typing import Any

from local.tenant import paging
from local.tenant.exchange import Refusal
from local.tenant.memberships import Group, Thing
from local.tenant.options import check_options
from local.tenant.properties import kind, selected
from local.tenant.users import READ_USERS, view
from local.tenant.world import Call, World

type Member = int | Group | Thing

_LISTING = frozenset({"$select", "$top", "$count", "$skiptoken"})


def list_members(
    world: World, call: Call, positions: Sequence[int], groups: Sequence[Group], things: Sequence[Thing]
) -> dict[str, Any]:
    """Page through members; an OData cast keeps those of one type."""
    check_options(call, _LISTING)
    options, cast = call.address.options, _cast(call)
    everything: list[Member] = [*positions] if cast in {"", "user"} else []
    everything += [*groups] if cast in {"", "group"} else []
    everything += [*things] if not cast else []
    start, size = world.cursors.position(call.location, options), paging.top(options)
    alive = (
        (number, member)
        for number, member in enumerate(everything)
        if number >= start and (not isinstance(member, int) or world.directory.exists(member))
    )
    found, follows = paging.cut(alive, size)
    answer: dict[str, Any] = {"@odata.context": f"{call.root}/$metadata#{cast or 'directoryObject'}s"}
    if call.advanced and not start:
        answer["@odata.count"] = sum(not isinstance(m, int) or world.directory.exists(m) for m in everything)
    if follows is not None:
        answer["@odata.nextLink"] = world.cursors.link(call.location, options, follows)
    answer["value"] = [show_member(world, call, member, typed=not cast) for member in found]
    return answer


def _cast(call: Call) -> str:
    last = call.address.segments[-1]
    if not last.startswith("microsoft.graph."):
        return ""
    if not call.advanced:
        message = "An OData cast needs the header ConsistencyLevel: eventual and $count=true."
        raise Refusal(400, "Request_UnsupportedQuery", message)
    return last.removeprefix("microsoft.graph.")


def show_member(world: World, call: Call, member: Member, *, typed: bool) -> dict[str, Any]:
    """Write one member, with its type where the collection is mixed; a user is a position."""
    name, shown = _shown(world, call, member)
    return {"@odata.type": f"#microsoft.graph.{name}", **shown} if typed else shown


def _shown(world: World, call: Call, member: Member) -> tuple[str, dict[str, Any]]:
    if isinstance(member, Thing):
        return member.kind, _selected(call, {"id": member.id, "displayName": member.name})
    if isinstance(member, Group):
        return "group", _selected(call, describe(member))
    names = selected(call.address.options.get("$select"))
    user_kind = kind(world.directory.person(member))
    if call.grants & READ_USERS:
        return user_kind, view(world, member, names, call.now)
    hidden = dict.fromkeys(name for name in names if name != "id")
    return user_kind, {"id": world.directory.id_at(member), **hidden}


def _selected(call: Call, row: dict[str, Any]) -> dict[str, Any]:
    """Keep what is selected; in a mixed collection a name that only users have is passed over."""
    wanted = call.address.options.get("$select")
    return {name: value for name, value in row.items() if wanted is None or name in wanted.split(",")}


def describe(group: Group) -> dict[str, Any]:
    """Write a group as it is without `$select`."""
    return {
        "id": group.id,
        "displayName": group.name,
        "description": None,
        "groupTypes": [],
        "isAssignableToRole": group.role_assignable or None,
        "mail": None,
        "mailEnabled": False,
        "securityEnabled": True,
    }
