"""Answers about activated directory roles and their members at tenant scope.

Facts: `directoryrole-list`, `directoryrole-list-members`; `resources/directoryrole` recommends the unified role API
(`role_management`), which knows custom roles and other scopes as well.
"""

from typing import Any

from local.tenant.answers import members
from local.tenant.grants import Role
from local.tenant.odata.conditions import Field
from local.tenant.odata.listing import listed
from local.tenant.odata.options import check_options, narrowed, not_found
from local.tenant.world import Call, World

_FIELDS = {"roleTemplateId": Field(), "displayName": Field(), "id": Field()}


def list_roles(world: World, call: Call) -> dict[str, Any]:
    """`GET /directoryRoles`: the activated ones."""
    check_options(call, {"$select", "$filter", "$skiptoken"})
    rows = [_describe(role) for role in world.memberships.roles]
    return listed(world, call, rows, _FIELDS, "directoryRoles")


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


def _role(world: World, call: Call) -> Role:
    name = call.address.segments[1]
    role = world.memberships.role(name)
    if role is None:
        raise not_found(name)
    return role


def _describe(role: Role) -> dict[str, Any]:
    return {"id": role.id, "deletedDateTime": None, "displayName": role.name, "roleTemplateId": role.template}
