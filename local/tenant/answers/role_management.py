"""Answers of the unified role API: the holders of roles, their scopes, and what the roles are called.

Facts: `rbacapplication-list-roleassignments` (takes $filter, $expand and $select, no $top; a principal is typed by
`@odata.type`); `rbacapplication-list-roledefinitions` ($filter with eq and in on id, displayName and isBuiltIn).
"""

import base64
import hashlib
from typing import Any

from local.tenant.answers import members
from local.tenant.catalogue import Definition
from local.tenant.grants import Assignment, Principal, Thing
from local.tenant.odata.conditions import Field
from local.tenant.odata.listing import listed
from local.tenant.odata.options import check_options, not_found
from local.tenant.world import Call, World

_EXACT = frozenset({"eq", "in"})
_ASSIGNMENT_FIELDS = {name: Field(_EXACT) for name in ("roleDefinitionId", "principalId", "directoryScopeId")}
_DEFINITION_FIELDS = {
    "id": Field(_EXACT),
    "displayName": Field(_EXACT),
    "isBuiltIn": Field(frozenset({"eq"}), flag=True),
}


def list_assignments(world: World, call: Call) -> dict[str, Any]:
    """`GET /roleManagement/directory/roleAssignments`: all scopes, custom roles among them."""
    check_options(call, {"$select", "$filter", "$expand", "$skiptoken"})
    alive = [found for found in world.memberships.assignments if exists(world, found.principal)]
    rows = [_describe_assignment(world, call, found) for found in alive]
    return listed(world, call, rows, _ASSIGNMENT_FIELDS, "roleManagement/directory/roleAssignments")


def list_definitions(world: World, call: Call) -> dict[str, Any]:
    """`GET /roleManagement/directory/roleDefinitions`: built-in and custom roles."""
    check_options(call, {"$select", "$filter", "$expand", "$skiptoken"})
    rows = [_describe_definition(definition) for definition in world.memberships.definitions]
    return listed(world, call, rows, _DEFINITION_FIELDS, "roleManagement/directory/roleDefinitions")


def get_definition(world: World, call: Call) -> dict[str, Any]:
    """`GET /roleManagement/directory/roleDefinitions/{id}`."""
    check_options(call, {"$select"})
    name = call.address.segments[-1].lower()
    for definition in world.memberships.definitions:
        if definition.id == name:
            return _describe_definition(definition)
    raise not_found(name)


def exists(world: World, principal: Principal) -> bool:
    """Say whether a principal has not been deleted; its assignments go with it."""
    return not isinstance(principal, int) or world.directory.exists(principal)


def principal_id(world: World, principal: Principal) -> str:
    """Return the object id of a principal."""
    if isinstance(principal, int):
        return world.directory.id_at(principal)
    if isinstance(principal, Thing):
        return principal.id
    return principal


def expand_principal(world: World, call: Call, principal: Principal) -> dict[str, Any]:
    """Write a principal inside a row, as `$expand=principal` asks for, or nothing."""
    if "principal" not in call.address.options.get("$expand", ""):
        return {}
    if isinstance(principal, str):
        return {"principal": members.show_principal(world, call, world.memberships.groups[principal])}
    return {"principal": members.show_principal(world, call, principal)}


def _describe_assignment(world: World, call: Call, assignment: Assignment) -> dict[str, Any]:
    principal = principal_id(world, assignment.principal)
    # An opaque id; it differs where role, principal or scope do, and stays the same between two listings.
    key = f"{assignment.role}{principal}{assignment.scope}".encode()
    return {
        "id": base64.urlsafe_b64encode(hashlib.sha256(key).digest()).decode().rstrip("=") + "-1",
        "principalId": principal,
        "resourceScope": assignment.scope,
        "directoryScopeId": assignment.scope,
        "roleDefinitionId": assignment.role,
        **expand_principal(world, call, assignment.principal),
    }


def _describe_definition(definition: Definition) -> dict[str, Any]:
    return {
        "id": definition.id,
        "description": None,
        "displayName": definition.name,
        "isBuiltIn": definition.built_in,
        "isEnabled": True,
        "templateId": definition.id,
        "version": "1",
        "resourceScopes": ["/"],
    }
