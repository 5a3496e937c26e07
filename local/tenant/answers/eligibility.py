"""Answers of Privileged Identity Management: principals that may activate a role, users that may join a group.

Facts: `rbacapplication-list-roleeligibilityscheduleinstances`; maester365/maester#1421 (400 AadPremiumLicenseRequired
without Entra ID P2); `privilegedaccessgroup-list-eligibilityscheduleinstances` ($filter by groupId or principalId).
"""

from typing import Any

from local.tenant.answers.role_management import exists, expand_principal, principal_id
from local.tenant.exchange import Refusal, stamp
from local.tenant.grants import Eligibility, GroupEligibility
from local.tenant.odata.conditions import Field
from local.tenant.odata.listing import listed
from local.tenant.odata.options import check_options
from local.tenant.world import Call, World

_FIELDS = {"roleDefinitionId": Field(), "principalId": Field()}
_GROUP_FIELDS = {"groupId": Field(frozenset({"eq"})), "principalId": Field(frozenset({"eq"})), "accessId": Field()}
_OPTIONS = frozenset({"$select", "$filter", "$expand", "$skiptoken"})
_ELIGIBLE_SINCE, _DAY = 30, 86_400
# As maester365/maester#1421 shows it; PIM for Groups answers alike.
_UNLICENSED = "The tenant needs to have Microsoft Entra ID P2 or Microsoft Entra ID Governance license."
# hashicorp/terraform-provider-azuread#1386 shows this answer to a write; no report of a refused read was found.
_UNGRANTED = (
    '{"errorCode":"PermissionScopeNotGranted","message":"Authorization failed due to missing permission scope '
    'PrivilegedEligibilitySchedule.Read.AzureADGroup.","instanceAnnotations":[]}'
)


def list_eligible(world: World, call: Call) -> dict[str, Any]:
    """`GET /roleManagement/directory/roleEligibilitySchedules` and `.../roleEligibilityScheduleInstances`."""
    _check_license(world)
    check_options(call, _OPTIONS)
    alive = [found for found in world.memberships.eligible if found.user is None or exists(world, found.user)]
    rows = [_describe(world, call, number, found) for number, found in enumerate(alive)]
    return listed(world, call, rows, _FIELDS, f"roleManagement/directory/{call.address.segments[-1]}")


def list_group_eligible(world: World, call: Call) -> dict[str, Any]:
    """`GET /identityGovernance/privilegedAccess/group/eligibilityScheduleInstances`, by group or principal."""
    _check_license(world)
    check_options(call, _OPTIONS)
    asked = call.address.options.get("$filter", "")
    if "groupId" not in asked and "principalId" not in asked:
        raise Refusal(400, "MissingParameters", "The required parameters GroupId or PrincipalId is missing.")
    if world.quirks.group_pim == "unsupported":
        # Seen in clients of this API for groups that PIM does not manage; not documented.
        raise Refusal(400, "ResourceTypeNotSupported", "The resource type is not supported.")
    alive = [found for found in world.memberships.group_eligible if exists(world, found.user)]
    if world.quirks.group_pim == "empty":
        alive = []
    rows = [_describe_group(world, call, found) for found in alive]
    context = "identityGovernance/privilegedAccess/group/eligibilityScheduleInstances"
    return listed(world, call, rows, _GROUP_FIELDS, context)


def ungranted() -> Refusal:
    """Word the 403 of PIM for Groups, which differs from the directory's."""
    return Refusal(403, "UnknownError", _UNGRANTED)


def _check_license(world: World) -> None:
    if not world.quirks.licensed:
        raise Refusal(400, "AadPremiumLicenseRequired", _UNLICENSED)


def _describe(world: World, call: Call, number: int, eligibility: Eligibility) -> dict[str, Any]:
    principal = eligibility.group or eligibility.user or 0
    row: dict[str, Any] = {
        "id": f"e{number:07}-5d2c-4b8a-9f61-0a7c3e8d1b42",
        "principalId": principal_id(world, principal),
        "roleDefinitionId": eligibility.template,
        "directoryScopeId": "/",
        "appScopeId": None,
        "memberType": "Direct",
        **expand_principal(world, call, principal),
    }
    if call.address.segments[-1].endswith("Instances"):
        return row | {"startDateTime": stamp(call.now - _ELIGIBLE_SINCE * _DAY), "endDateTime": None}
    return row | {"status": "Provisioned"}


def _describe_group(world: World, call: Call, eligibility: GroupEligibility) -> dict[str, Any]:
    user = world.directory.id_at(eligibility.user)
    return {
        "id": f"{eligibility.group}_{eligibility.access}_{user}",
        "startDateTime": stamp(call.now - _ELIGIBLE_SINCE * _DAY),
        "endDateTime": None,
        "accessId": eligibility.access,
        "principalId": user,
        "groupId": eligibility.group,
        "memberType": "Direct",
        **expand_principal(world, call, eligibility.user),
    }
