"""Controls that change groups, roles and eligibility."""

from collections.abc import Mapping
from random import Random
from typing import Any

from local.tenant.catalogue import BUILT_IN, Definition
from local.tenant.controls.users import position
from local.tenant.grants import Assignment, Eligibility, GroupEligibility, Principal
from local.tenant.memberships import Group
from local.tenant.odata.options import not_found
from local.tenant.population import make_id
from local.tenant.tenant import Tenant

_GROUP_PIM = ("answers", "empty", "unsupported")


def add_groups(tenant: Tenant, value: list[Mapping[str, Any]]) -> None:
    """Make groups, or replace those of the same id.

    `{"displayName", "id", "visibility", "isAssignableToRole", "membershipRuleProcessingState" (a rule decides, which is
    "On" or "Paused"), "members": [names of users], "groups": [ids]}`; only the first is required.
    """
    for row in value:
        name = row["displayName"]
        group_id = row.get("id") or make_id(Random(name))
        tenant.graph.world.memberships.groups[group_id] = Group(
            group_id,
            name,
            tuple(position(tenant, member) for member in row.get("members", ())),
            tuple(row.get("groups", ())),
            role_assignable=bool(row.get("isAssignableToRole")),
            visibility=row.get("visibility"),
            rule=row.get("membershipRuleProcessingState"),
        )


def add_roles(tenant: Tenant, value: list[Mapping[str, Any]]) -> None:
    """Define custom roles: `{"displayName", "id"}`."""
    for row in value:
        made = Definition(row.get("id") or make_id(Random(row["displayName"])), row["displayName"], built_in=False)
        tenant.graph.world.memberships.definitions.append(made)


def assign(tenant: Tenant, value: list[Mapping[str, Any]]) -> None:
    """Assign roles: `{"role": id or display name, "principal": user or group, "scope": "/"}`."""
    for row in value:
        made = Assignment(_role(tenant, row["role"]), _principal(tenant, row["principal"]), row.get("scope", "/"))
        tenant.graph.world.memberships.assignments.append(made)


def make_eligible(tenant: Tenant, value: list[Mapping[str, Any]]) -> None:
    """Make principals eligible: `{"role", "principal"}` for a role, `{"group", "principal", "access"}` for a group."""
    memberships = tenant.graph.world.memberships
    for row in value:
        if "group" in row:
            user = position(tenant, row["principal"])
            memberships.group_eligible.append(GroupEligibility(row["group"], user, row.get("access", "member")))
            continue
        role, principal = _role(tenant, row["role"]), _principal(tenant, row["principal"])
        if isinstance(principal, int):
            memberships.eligible.append(Eligibility(role, principal))
        else:
            memberships.eligible.append(Eligibility(role, None, str(principal)))


def licensed(tenant: Tenant, value: object) -> None:
    """Give the tenant Entra ID P2 or take it away; without it PIM answers 400 AadPremiumLicenseRequired."""
    tenant.graph.world.quirks.licensed = bool(value)


def group_pim(tenant: Tenant, value: str) -> None:
    """Choose how PIM for Groups answers: `answers`, `empty`, or `unsupported` (400 ResourceTypeNotSupported)."""
    if value not in _GROUP_PIM:
        message = f"PIM for Groups cannot answer {value!r}: it is one of {', '.join(_GROUP_PIM)}"
        raise ValueError(message)
    tenant.graph.world.quirks.group_pim = value


def _role(tenant: Tenant, name: str) -> str:
    if name in BUILT_IN:
        return BUILT_IN[name]
    for definition in tenant.graph.world.memberships.definitions:
        if name in {definition.id, definition.name}:
            return definition.id
    raise not_found(name)


def _principal(tenant: Tenant, name: str) -> Principal:
    if name in tenant.graph.world.memberships.groups:
        return name
    return position(tenant, name)
