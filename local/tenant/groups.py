"""Answers about groups, roles and who is eligible for one.

Facts: `group-list-transitivemembers` (a cast needs an advanced query), `directoryrole-list-members`,
`rbacapplication-list-roleeligibilityscheduleinstances`; what a caller without permission to read users sees of members
(`permissions-overview`, limited information).
"""

import re
from collections.abc import Sequence
from typing import Any

from local.tenant import filters, paging
from local.tenant.exchange import Refusal, stamp
from local.tenant.filters import Field
from local.tenant.memberships import Eligibility, Group, Role, Thing
from local.tenant.options import check_options, narrowed, not_found
from local.tenant.properties import selected
from local.tenant.users import READ_USERS, view
from local.tenant.world import Call, World

type Member = int | Group | Thing

_GUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_LISTING = frozenset({"$select", "$top", "$count", "$skiptoken"})
_GROUP_FIELDS = {"id": Field(), "displayName": Field()}
_ELIGIBILITY_FIELDS = {"roleDefinitionId": Field(), "principalId": Field()}
_ELIGIBLE_SINCE, _DAY = 30, 86_400


def get_group(world: World, call: Call) -> dict[str, Any]:
    """`GET /groups/{id}`."""
    check_options(call, {"$select"})
    context = {"@odata.context": f"{call.root}/$metadata#groups/$entity"}
    return context | narrowed(_describe(_group(world, call)), call)


def list_groups(world: World, call: Call) -> dict[str, Any]:
    """`GET /groups`: few enough for one page."""
    check_options(call, {"$select", "$filter", "$top", "$count"})
    rows = [_describe(group) for group in world.memberships.groups.values()]
    rows = [narrowed(row, call) for row in _filtered(rows, _GROUP_FIELDS, call)]
    return {"@odata.context": f"{call.root}/$metadata#groups", "value": rows}


def list_members(world: World, call: Call) -> dict[str, Any]:
    """`GET /groups/{id}/members`: what is directly inside."""
    group = _group(world, call)
    inside = [world.memberships.groups[name] for name in group.groups]
    return _members(world, call, group.users, inside, group.things)


def list_transitive_members(world: World, call: Call) -> dict[str, Any]:
    """`GET /groups/{id}/transitiveMembers`: everything inside, however deep."""
    return _members(world, call, *world.memberships.transitive(_group(world, call)))


def list_roles(world: World, call: Call) -> dict[str, Any]:
    """`GET /directoryRoles`: the activated ones."""
    check_options(call, {"$select", "$filter"})
    rows = [_describe_role(role) for role in world.memberships.roles]
    fields = {"roleTemplateId": Field(), "displayName": Field(), "id": Field()}
    rows = [narrowed(row, call) for row in _filtered(rows, fields, call)]
    return {"@odata.context": f"{call.root}/$metadata#directoryRoles", "value": rows}


def get_role(world: World, call: Call) -> dict[str, Any]:
    """`GET /directoryRoles/{id}`, or by template."""
    check_options(call, {"$select"})
    context = {"@odata.context": f"{call.root}/$metadata#directoryRoles/$entity"}
    return context | narrowed(_describe_role(_role(world, call)), call)


def list_role_members(world: World, call: Call) -> dict[str, Any]:
    """`GET /directoryRoles/{id}/members`: users, role-assignable groups, service principals."""
    role = _role(world, call)
    inside = [world.memberships.groups[name] for name in role.groups]
    return _members(world, call, role.users, inside, role.things)


def list_eligible(world: World, call: Call) -> dict[str, Any]:
    """`GET /roleManagement/directory/roleEligibilitySchedules` and `.../roleEligibilityScheduleInstances`."""
    check_options(call, {"$select", "$filter", "$expand"})
    name = call.address.segments[-1]
    alive = [e for e in world.memberships.eligible if e.user is None or world.directory.exists(e.user)]
    rows = [_describe_eligibility(world, call, number, eligibility) for number, eligibility in enumerate(alive)]
    rows = _filtered(rows, _ELIGIBILITY_FIELDS, call)
    return {"@odata.context": f"{call.root}/$metadata#roleManagement/directory/{name}", "value": rows}


def _members(
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
    answer["value"] = [_member(world, call, member, typed=not cast) for member in found]
    return answer


def _cast(call: Call) -> str:
    last = call.address.segments[-1]
    if not last.startswith("microsoft.graph."):
        return ""
    if not call.advanced:
        message = "An OData cast needs the header ConsistencyLevel: eventual and $count=true."
        raise Refusal(400, "Request_UnsupportedQuery", message)
    return last.removeprefix("microsoft.graph.")


def _member(world: World, call: Call, member: Member, *, typed: bool) -> dict[str, Any]:
    kind, shown = _shown(world, call, member)
    return {"@odata.type": f"#microsoft.graph.{kind}", **shown} if typed else shown


def _shown(world: World, call: Call, member: Member) -> tuple[str, dict[str, Any]]:
    if isinstance(member, Thing):
        return member.kind, _selected(call, {"id": member.id, "displayName": member.name})
    if isinstance(member, Group):
        return "group", _selected(call, _describe(member))
    names = selected(call.address.options.get("$select"))
    if call.grants & READ_USERS:
        return "user", view(world, member, names, call.now)
    hidden = dict.fromkeys(name for name in names if name != "id")
    return "user", {"id": world.directory.id_at(member), **hidden}


def _selected(call: Call, row: dict[str, Any]) -> dict[str, Any]:
    """Keep what is selected; in a mixed collection a name that only users have is passed over."""
    wanted = call.address.options.get("$select")
    return {name: value for name, value in row.items() if wanted is None or name in wanted.split(",")}


def _group(world: World, call: Call) -> Group:
    name = call.address.segments[1]
    if not _GUID.fullmatch(name):
        raise Refusal(400, "Request_BadRequest", f"Invalid object identifier '{name}'.")
    group = world.memberships.groups.get(name.lower())
    if group is None:
        raise not_found(name)
    return group


def _role(world: World, call: Call) -> Role:
    name = call.address.segments[1]
    role = world.memberships.role(name)
    if role is None:
        raise not_found(name)
    return role


def _describe(group: Group) -> dict[str, Any]:
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


def _describe_role(role: Role) -> dict[str, Any]:
    return {"id": role.id, "deletedDateTime": None, "displayName": role.name, "roleTemplateId": role.template}


def _describe_eligibility(world: World, call: Call, number: int, eligibility: Eligibility) -> dict[str, Any]:
    principal = eligibility.group or world.directory.id_at(eligibility.user or 0)
    row: dict[str, Any] = {
        "id": f"e{number:07}-5d2c-4b8a-9f61-0a7c3e8d1b42",
        "principalId": principal,
        "roleDefinitionId": eligibility.template,
        "directoryScopeId": "/",
        "appScopeId": None,
        "memberType": "Direct",
    }
    if call.address.segments[-1].endswith("Instances"):
        row |= {"startDateTime": stamp(call.now - _ELIGIBLE_SINCE * _DAY), "endDateTime": None}
    else:
        row |= {"status": "Provisioned"}
    if "principal" in call.address.options.get("$expand", ""):
        member = world.memberships.groups[eligibility.group] if eligibility.group else eligibility.user or 0
        row["principal"] = _member(world, call, member, typed=True)
    return row


def _filtered(rows: list[dict[str, Any]], fields: dict[str, Field], call: Call) -> list[dict[str, Any]]:
    text = call.address.options.get("$filter")
    if text is None:
        return rows
    condition = filters.parse(text, fields, advanced=call.advanced)
    return [row for row in rows if condition.holds(row.__getitem__)]
