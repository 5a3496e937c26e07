"""Answers about directory roles: who holds one, and who is eligible to.

Facts: `directoryrole-list`, `directoryrole-list-members`, `rbacapplication-list-roleeligibilityscheduleinstances`.
"""

from typing import Any

from local.tenant import members
from local.tenant.conditions import Field
from local.tenant.exchange import stamp
from local.tenant.memberships import Eligibility, Role
from local.tenant.options import check_options, filtered, narrowed, not_found
from local.tenant.world import Call, World

_FIELDS = {"roleTemplateId": Field(), "displayName": Field(), "id": Field()}
_ELIGIBILITY_FIELDS = {"roleDefinitionId": Field(), "principalId": Field()}
_ELIGIBLE_SINCE, _DAY = 30, 86_400


def list_roles(world: World, call: Call) -> dict[str, Any]:
    """`GET /directoryRoles`: the activated ones."""
    check_options(call, {"$select", "$filter"})
    rows = [_describe(role) for role in world.memberships.roles]
    rows = [narrowed(row, call) for row in filtered(rows, _FIELDS, call)]
    return {"@odata.context": f"{call.root}/$metadata#directoryRoles", "value": rows}


def get_role(world: World, call: Call) -> dict[str, Any]:
    """`GET /directoryRoles/{id}`, or by template."""
    check_options(call, {"$select"})
    context = {"@odata.context": f"{call.root}/$metadata#directoryRoles/$entity"}
    return context | narrowed(_describe(_role(world, call)), call)


def list_role_members(world: World, call: Call) -> dict[str, Any]:
    """`GET /directoryRoles/{id}/members`: users, role-assignable groups, service principals."""
    role = _role(world, call)
    inside = [world.memberships.groups[name] for name in role.groups]
    return members.list_members(world, call, role.users, inside, role.things)


def list_eligible(world: World, call: Call) -> dict[str, Any]:
    """`GET /roleManagement/directory/roleEligibilitySchedules` and `.../roleEligibilityScheduleInstances`."""
    check_options(call, {"$select", "$filter", "$expand"})
    name = call.address.segments[-1]
    alive = [e for e in world.memberships.eligible if e.user is None or world.directory.exists(e.user)]
    rows = [_describe_eligibility(world, call, number, eligibility) for number, eligibility in enumerate(alive)]
    rows = filtered(rows, _ELIGIBILITY_FIELDS, call)
    return {"@odata.context": f"{call.root}/$metadata#roleManagement/directory/{name}", "value": rows}


def _role(world: World, call: Call) -> Role:
    name = call.address.segments[1]
    role = world.memberships.role(name)
    if role is None:
        raise not_found(name)
    return role


def _describe(role: Role) -> dict[str, Any]:
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
        row["principal"] = members.show_member(world, call, member, typed=True)
    return row
