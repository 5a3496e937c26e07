"""Members of groups and of roles: users, groups and things, paged alike.

Facts: `group-list-transitivemembers` (an OData cast needs an advanced query); what a caller without permission to read
users sees of members (`permissions-overview`, limited information).
"""

from collections.abc import Iterator, Sequence
from typing import Any

from local.tenant.answers.properties import kind, selected
from local.tenant.answers.users import READ_USERS, view
from local.tenant.exchange import Refusal
from local.tenant.grants import Thing
from local.tenant.memberships import Group
from local.tenant.odata.listing import collection
from local.tenant.odata.options import check_options
from local.tenant.world import Call, World

type Member = int | Group | Thing

_LISTING = frozenset({"$select", "$top", "$count", "$skiptoken"})
_OF_ANY_MEMBER = frozenset({"@odata.type", "id", "displayName"})
# What an expanded principal shows of a user (`rbacapplication-list-roleassignments`, example 1): no identities.
_PRINCIPAL = ("id", "accountEnabled", "displayName", "mail", "userPrincipalName", "userType")


def list_members(
    world: World, call: Call, positions: Sequence[int], groups: Sequence[Group], things: Sequence[Thing]
) -> dict[str, Any]:
    """Page through members; an OData cast keeps those of one type."""
    check_options(call, _LISTING)
    cast = _cast(call)
    everything: list[Member] = []
    # A cast to user keeps agent users: they are users of a derived type (`resources/agentuser`).
    if cast in {"", "user"}:
        everything += positions
    if cast in {"", "group"}:
        everything += groups
    if not cast:
        everything += things
    if call.advanced:
        everything = [member for member in everything if member not in world.quirks.unindexed]
    page = world.cursors.page(call.location, call.address.options, lambda start: _alive(world, everything, start))
    count = None
    if call.advanced and page.first:
        count = sum(1 for _ in _alive(world, everything, 0))
    rows = [_show(world, call, member, typed=not cast) for member in page.rows]
    return collection(call, f"{cast or 'directoryObject'}s", page.next_link, rows, count)


def show_principal(world: World, call: Call, member: Member) -> dict[str, Any]:
    """Write a member as the principal of another row: typed, whatever that row selects."""
    if isinstance(member, int):
        return _typed(world, member, _user(world, call, member, _PRINCIPAL))
    return _typed(world, member, describe(member))


def describe(member: Group | Thing) -> dict[str, Any]:
    """Write a group or a thing as it is without `$select`."""
    if isinstance(member, Thing):
        return {"id": member.id, "displayName": member.name}
    return {
        "id": member.id,
        "displayName": member.name,
        "description": None,
        "groupTypes": ["DynamicMembership"] if member.rule else [],
        "isAssignableToRole": member.role_assignable or None,
        "mail": None,
        "mailEnabled": False,
        "membershipRuleProcessingState": member.rule,
        "securityEnabled": True,
        "visibility": member.visibility,
    }


def _alive(world: World, members: Sequence[Member], start: int) -> Iterator[tuple[int, Member]]:
    for number, member in enumerate(members):
        if number >= start and (not isinstance(member, int) or world.directory.exists(member)):
            yield number, member


def _cast(call: Call) -> str:
    last = call.address.segments[-1]
    if not last.startswith("microsoft.graph."):
        return ""
    if not call.advanced:
        message = "An OData cast needs the header ConsistencyLevel: eventual and $count=true."
        raise Refusal(400, "Request_UnsupportedQuery", message)
    return last.removeprefix("microsoft.graph.")


def _show(world: World, call: Call, member: Member, *, typed: bool) -> dict[str, Any]:
    """Write one member, with its type where the collection is mixed; a user is a position."""
    option = call.address.options.get("$select")
    if isinstance(member, int):
        row = _user(world, call, member, selected(option))
        if typed:
            row = _plainly_selected(world, row)
    elif option is None:
        row = describe(member)
    else:
        # In a mixed collection a selected name that only users have is passed over.
        row = {name: value for name, value in describe(member).items() if name in option.split(",")}
    return _typed(world, member, row) if typed else row


def _plainly_selected(world: World, row: dict[str, Any]) -> dict[str, Any]:
    """Show of a user in a mixed collection what this tenant lets be selected there; undocumented."""
    if world.quirks.plain_select == "shows" or row.keys() <= _OF_ANY_MEMBER:
        return row
    if world.quirks.plain_select == "refuses":
        message = "Could not find a property named 'userType' on type 'microsoft.graph.directoryObject'."
        raise Refusal(400, "BadRequest", message)
    return {name: value for name, value in row.items() if name in _OF_ANY_MEMBER}


def _user(world: World, call: Call, position: int, names: tuple[str, ...]) -> dict[str, Any]:
    if call.grants & READ_USERS:
        return view(world, position, names, call.now)
    return dict.fromkeys(names) | {"id": world.directory.id_at(position)}


def _typed(world: World, member: Member, row: dict[str, Any]) -> dict[str, Any]:
    if isinstance(member, int):
        name = kind(world.directory.person(member))
    else:
        name = member.kind if isinstance(member, Thing) else "group"
    return {"@odata.type": f"#microsoft.graph.{name}", **row}
