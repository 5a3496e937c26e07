from typing import Any
from urllib.parse import quote

import pytest

from local.tenant import catalogue, grants, memberships, people
from local.tenant.tokens import LEAST_ROLES
from local.tenant.visitor import Visitor

ROOT = "/roleManagement/directory"
GROUP_PIM = "/identityGovernance/privilegedAccess/group/eligibilityScheduleInstances"
READ_GROUP_PIM = "PrivilegedEligibilitySchedule.Read.AzureADGroup"


def rows(visitor: Visitor, path: str, asked: str = "", expand: str = "") -> list[dict[str, Any]]:
    """Read a collection over all its pages, filtered and expanded as wished."""
    options = [f"$filter={quote(asked)}"] * bool(asked) + [f"$expand={expand}"] * bool(expand)
    return [row for page in visitor.pages(f"{path}?{'&'.join(options)}") for row in page]


def assignments(visitor: Visitor, asked: str = "") -> list[dict[str, Any]]:
    """List role assignments with their principals."""
    return rows(visitor, f"{ROOT}/roleAssignments", asked, "principal")


def id_of(visitor: Visitor, index: int) -> str:
    """Return the object id at a position."""
    return visitor.tenant.graph.world.directory.id_at(index)


def test_assignments_include_what_directory_roles_do_not_know() -> None:
    """A custom role, an administrative unit's and an application's scope, beside everything that is activated."""
    visitor = Visitor()
    known = visitor.tenant.graph.world.memberships
    found = [(row["roleDefinitionId"], row["directoryScopeId"], row["principalId"]) for row in assignments(visitor)]
    first, second, third, _ = [id_of(visitor, index) for index in known.others]

    assert found[-3:] == [
        (catalogue.CUSTOM_ROLE, "/", first),
        (catalogue.USER_ADMINISTRATOR, grants.ADMINISTRATIVE_UNIT, second),
        (catalogue.APPLICATION_ADMINISTRATOR, grants.APPLICATION, third),
    ]
    assert len(found) == 3 + sum(len((*role.users, *role.groups, *role.things)) for role in known.roles)


def test_principals_are_typed() -> None:
    """Users, a group and a service principal; an expanded user shows its names, not how it signs in."""
    found = [row["principal"] for row in assignments(Visitor())]
    alone = assignments(Visitor(), f"principalId eq '{people.BREAKGLASS1.id}'")[0]["principal"]

    assert {row["@odata.type"] for row in found} == {
        "#microsoft.graph.user",
        "#microsoft.graph.group",
        "#microsoft.graph.servicePrincipal",
    }
    assert alone == {
        "@odata.type": "#microsoft.graph.user",
        "id": people.BREAKGLASS1.id,
        "accountEnabled": True,
        "displayName": people.BREAKGLASS1.name,
        "mail": people.BREAKGLASS1.upn,
        "userPrincipalName": people.BREAKGLASS1.upn,
        "userType": "Member",
    }


def test_principals_come_only_when_expanded() -> None:
    """Without $expand there are ids alone, and $select concerns the assignment, not the principal."""
    visitor = Visitor()
    [selected] = visitor.get(
        f"{ROOT}/roleAssignments?$select=principalId&$filter=" + quote(f"roleDefinitionId eq '{catalogue.CUSTOM_ROLE}'")
    )["value"]

    assert {"principalId"} == selected.keys()
    assert [row for row in rows(visitor, f"{ROOT}/roleAssignments") if "principal" in row] == []


def test_many_assignments_come_in_pages() -> None:
    """A listing of all assignments is followed to its end; $top is not documented and refused."""
    visitor = Visitor(users=400)
    users = [id_of(visitor, index) for index in range(200)]
    visitor.control("/_control", {"assign": [{"role": "Global Reader", "principal": user} for user in users]})
    pages = visitor.pages(f"{ROOT}/roleAssignments")

    assert len(pages) == 3
    assert len(assignments(visitor, f"roleDefinitionId eq '{catalogue.BUILT_IN['Global Reader']}'")) == 200
    assert visitor.ask("GET", f"{ROOT}/roleAssignments?$top=999").response.status == 400


def test_assignments_of_a_deleted_user_are_gone() -> None:
    """The directory removes them with the user."""
    visitor = Visitor()
    visitor.control("/_control", {"deleteUser": people.BREAKGLASS1.upn})

    assert assignments(visitor, f"principalId eq '{people.BREAKGLASS1.id}'") == []


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ("displayName eq 'Global Administrator'", [catalogue.GLOBAL_ADMINISTRATOR]),
        ("displayName eq 'session helpdesk'", [catalogue.CUSTOM_ROLE]),
        ("displayName eq 'Company Administrator'", []),
        (f"id in ('{catalogue.CUSTOM_ROLE}','{catalogue.DIRECTORY_READERS}')", [catalogue.DIRECTORY_READERS, "custom"]),
        ("isBuiltIn eq false", [catalogue.CUSTOM_ROLE]),
    ],
)
def test_roles_are_found_by_name(asked: str, expected: list[str]) -> None:
    """A built-in role's id is its template id; a custom role has one of its own."""
    found = rows(Visitor(), f"{ROOT}/roleDefinitions", asked)

    assert [catalogue.CUSTOM_ROLE if name == "custom" else name for name in expected] == [row["id"] for row in found]
    assert [row for row in found if row["templateId"] != row["id"]] == []


def test_forty_built_in_roles_and_a_custom_one() -> None:
    """Enough to see what a call a role would cost."""
    found = rows(Visitor(), f"{ROOT}/roleDefinitions")

    assert [row["isBuiltIn"] for row in found] == [True] * 40 + [False]
    assert len({row["id"] for row in found}) == 41


@pytest.mark.parametrize(("name", "status"), [(catalogue.CUSTOM_ROLE, 200), (people.ALICE.id, 404)])
def test_one_definition(name: str, status: int) -> None:
    """By its id."""
    assert Visitor().ask("GET", f"{ROOT}/roleDefinitions/{name}").response.status == status


@pytest.mark.parametrize("name", ["roleEligibilitySchedules", "roleEligibilityScheduleInstances"])
def test_without_a_licence_nobody_is_eligible(name: str) -> None:
    """400 with its own code; assignments need no licence."""
    visitor = Visitor()
    visitor.control("/_control", {"licensed": False})
    response = visitor.ask("GET", f"{ROOT}/{name}?$expand=principal").response

    assert (response.status, response.payload["error"]["code"]) == (400, "AadPremiumLicenseRequired")
    assert assignments(visitor) != []

    visitor.control("/_control", {"reset": True})

    assert visitor.ask("GET", f"{ROOT}/{name}").response.status == 200


def test_roles_and_eligibility_can_be_given() -> None:
    """A custom role, a holder through a group, an eligible user and an eligible group."""
    visitor = Visitor()
    visitor.control("/_control", {"addRoles": [{"displayName": "Break-glass tester"}]})
    visitor.control(
        "/_control",
        {
            "assign": [{"role": "Break-glass tester", "principal": memberships.FINANCE}],
            "makeEligible": [
                {"role": "Global Reader", "principal": people.ALICE.upn},
                {"role": "Global Reader", "principal": memberships.FINANCE},
            ],
        },
    )
    eligible = rows(visitor, f"{ROOT}/roleEligibilityScheduleInstances", expand="principal")

    assert assignments(visitor)[-1]["principal"]["@odata.type"] == "#microsoft.graph.group"
    assert [row["principal"]["id"] for row in eligible[-2:]] == [people.ALICE.id, memberships.FINANCE]


def group_pim(visitor: Visitor, asked: str = f"groupId eq '{memberships.TIER_ZERO}'") -> tuple[int, Any]:
    """Ask PIM for Groups; return the status and the rows or the error code."""
    response = visitor.ask("GET", f"{GROUP_PIM}?$filter={quote(asked)}" if asked else GROUP_PIM).response
    return response.status, response.payload.get("value") or response.payload.get("error", {}).get("code")


def test_a_user_may_join_a_role_assignable_group() -> None:
    """Eligible for membership, so a holder of the group's roles a moment from now; owners are told apart."""
    visitor = Visitor(roles=(*LEAST_ROLES, READ_GROUP_PIM))
    visitor.control(
        "/_control",
        {"makeEligible": [{"group": memberships.TIER_ZERO, "principal": people.BEN.upn, "access": "owner"}]},
    )
    status, found = group_pim(visitor)
    last = visitor.tenant.graph.world.memberships.others[3]

    assert (200, memberships.TIER_ZERO) == (status, found[0]["groupId"])
    assert [(row["accessId"], row["principalId"]) for row in found] == [
        ("member", id_of(visitor, last)),
        ("owner", people.BEN.id),
    ]


@pytest.mark.parametrize(
    ("control", "asked", "expected"),
    [
        ({}, "", (400, "MissingParameters")),
        ({"licensed": False}, f"groupId eq '{memberships.TIER_ZERO}'", (400, "AadPremiumLicenseRequired")),
        ({"groupPim": "unsupported"}, f"groupId eq '{memberships.TIER_ZERO}'", (400, "ResourceTypeNotSupported")),
        ({"groupPim": "empty"}, f"groupId eq '{memberships.TIER_ZERO}'", (200, None)),
        ({}, f"groupId eq '{memberships.FINANCE}'", (200, None)),
    ],
)
def test_when_pim_for_groups_says_nothing(control: dict[str, Any], asked: str, expected: tuple[int, Any]) -> None:
    """Without a filter, without a licence, for a group that PIM does not manage, and where there is nothing."""
    visitor = Visitor(roles=(READ_GROUP_PIM,))
    visitor.control("/_control", control)

    assert expected == group_pim(visitor, asked)


def test_pim_for_groups_needs_its_own_permission() -> None:
    """The 403 is worded as PIM words it, not as the directory does."""
    assert group_pim(Visitor(roles=LEAST_ROLES)) == (403, "UnknownError")


@pytest.mark.parametrize(
    "control",
    [
        {"assign": [{"role": "Emperor", "principal": people.ALICE.upn}]},
        {"assign": [{"role": "Global Reader", "principal": "nobody"}]},
        {"groupPim": "sometimes"},
        {"addGroups": [{"members": []}]},
    ],
)
def test_controls_refuse_what_does_not_exist(control: dict[str, Any]) -> None:
    """A typing error in a test shows at once."""
    assert "error" in Visitor().control("/_control", control)


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        (f"{ROOT}/roleAssignments", "1"),
        (f"{ROOT}/roleAssignments?$expand=principal", "2"),
        (f"{ROOT}/roleAssignments?$expand=principal&$select=id", "1"),
        ("/users?$top=5&$select=id", "1"),
        ("/users?$top=20", "2"),
    ],
)
def test_query_options_change_the_cost(path: str, expected: str) -> None:
    """$expand costs a unit more, $select and a page below 20 one less, and nothing is free."""
    assert expected == Visitor().ask("GET", path).response.headers["x-ms-resource-unit"]
