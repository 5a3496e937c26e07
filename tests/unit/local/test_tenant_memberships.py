import base64
from datetime import UTC, datetime, timedelta
from urllib.parse import quote

import pytest
from cryptography import x509

from local.tenant import memberships, people
from local.tenant.visitor import ADVANCED, NOON, Visitor


def members(visitor: Visitor, path: str) -> list[str]:
    """Name everybody in a collection, over all its pages."""
    pages = visitor.pages(f"{path}?$count=true&$top=999&$select=id,userPrincipalName", ADVANCED)
    return [user["userPrincipalName"] for page in pages for user in page]


def test_members_of_members_come_once() -> None:
    """Groups in groups, overlapping and in a circle, are one flat list of users."""
    found = members(Visitor(users=100), f"/groups/{memberships.FIELD}/transitiveMembers/microsoft.graph.user")

    assert len(found) == len(set(found)) == 62
    assert {people.CARA.upn, people.SVC_NESTED.upn} <= set(found)


def test_a_cast_may_be_written_as_the_sdks_write_it() -> None:
    """Graph knows its own namespace by a shorter name, which the SDKs use."""
    long, short = (f"/groups/{memberships.FIELD}/members/{space}.user" for space in ("microsoft.graph", "graph"))

    assert members(Visitor(), long) == members(Visitor(), short)


def test_direct_members_are_typed() -> None:
    """Users, groups and things side by side, told apart by @odata.type."""
    found = Visitor().get(f"/groups/{memberships.MIXED}/members?$select=id,userPrincipalName")["value"]

    assert [
        {"@odata.type": "#microsoft.graph.user", "id": people.BEN.id, "userPrincipalName": people.BEN.upn},
        {"@odata.type": "#microsoft.graph.user", "id": people.DANA.id, "userPrincipalName": people.DANA.upn},
        {"@odata.type": "#microsoft.graph.group", "id": memberships.EMPTY},
        {"@odata.type": "#microsoft.graph.device", "id": "d4b7f1e2-3c58-4a96-8e0d-71a2c9b5f601"},
        {"@odata.type": "#microsoft.graph.servicePrincipal", "id": "d4b7f1e2-3c58-4a96-8e0d-71a2c9b5f602"},
    ] == found


@pytest.mark.parametrize(("users", "expected"), [(60, [60]), (3000, [999, 999, 502])])
def test_a_large_group_is_paged(users: int, expected: list[int]) -> None:
    """2,500 members where there are that many users."""
    path = f"/groups/{memberships.ALL_HANDS}/transitiveMembers/microsoft.graph.user?$count=true&$top=999&$select=id"

    assert expected == [len(page) for page in Visitor(users=users).pages(path, ADVANCED)]


def test_an_empty_group_is_a_group() -> None:
    """Nobody is an answer."""
    assert members(Visitor(), f"/groups/{memberships.EMPTY}/transitiveMembers/microsoft.graph.user") == []


@pytest.mark.parametrize("kind", ["members", "transitiveMembers"])
def test_a_cast_needs_an_advanced_query(kind: str) -> None:
    """Documented on the page of the operation; easily missed."""
    response = Visitor().ask("GET", f"/groups/{memberships.FIELD}/{kind}/microsoft.graph.user").response

    assert (response.status, response.payload["error"]["code"]) == (400, "Request_UnsupportedQuery")


@pytest.mark.parametrize(
    ("group", "status", "code"),
    [
        ("b0e1c5a4-1d3f-4a68-9c27-5e8f0d1a2bff", 404, "Request_ResourceNotFound"),
        ("field", 400, "Request_BadRequest"),
    ],
)
def test_groups_that_are_not_there(group: str, status: int, code: str) -> None:
    """A wrong id and something that is no id are different errors."""
    for path in (f"/groups/{group}", f"/groups/{group}/transitiveMembers"):
        response = Visitor().ask("GET", path).response

        assert (status, code) == (response.status, response.payload["error"]["code"])


def test_groups_can_be_found_by_name() -> None:
    """For the operator who does not know the id."""
    found = Visitor().get("/groups?$select=id&$filter=displayName%20eq%20'tier%20zero'")["value"]

    assert found == [{"id": memberships.TIER_ZERO}]
    assert Visitor().get(f"/groups/{memberships.TIER_ZERO.upper()}")["isAssignableToRole"] is True


def test_role_holders_by_either_key() -> None:
    """By the role's id, and by its template's in both spellings."""
    visitor = Visitor()
    role = visitor.get("/directoryRoles")["value"][0]
    template = memberships.GLOBAL_ADMINISTRATOR
    paths = [
        f"/directoryRoles/{role['id']}/members",
        f"/directoryRoles(roleTemplateId='{template}')/members",
        f"/directoryRoles/roleTemplateId={template}/members",
    ]

    assert (template, "Global Administrator") == (role["roleTemplateId"], role["displayName"])
    for path in paths:
        found = [holder["userPrincipalName"] for holder in visitor.get(path)["value"]]
        assert [people.BREAKGLASS1.upn, people.BREAKGLASS2.upn] == found[:2]
        assert len(found) == 3


def test_a_role_may_be_held_through_a_group() -> None:
    """Gail is privileged, and no role names her."""
    visitor = Visitor()
    holders = visitor.get(f"/directoryRoles(roleTemplateId='{memberships.PRIVILEGED_ROLE_ADMINISTRATOR}')/members")

    assert [(holder["@odata.type"], holder["id"]) for holder in holders["value"]] == [
        ("#microsoft.graph.group", memberships.TIER_ZERO)
    ]
    assert people.GAIL.upn in members(visitor, f"/groups/{memberships.TIER_ZERO}/members/microsoft.graph.user")


def test_a_role_that_nobody_activated_is_not_found() -> None:
    """Only activated roles are directory roles; eligible holders may exist all the same."""
    template = memberships.PRIVILEGED_AUTHENTICATION_ADMINISTRATOR

    assert Visitor().ask("GET", f"/directoryRoles(roleTemplateId='{template}')/members").response.status == 404


@pytest.mark.parametrize("name", ["roleEligibilitySchedules", "roleEligibilityScheduleInstances"])
def test_eligible_holders(name: str) -> None:
    """Two users and a group could be administrators a moment from now."""
    visitor = Visitor()
    found = visitor.get(f"/roleManagement/directory/{name}?$expand=principal")["value"]
    asked = quote(f"roleDefinitionId eq '{memberships.SECURITY_ADMINISTRATOR}'")

    assert [row["principal"]["@odata.type"] for row in found] == [
        "#microsoft.graph.user",
        "#microsoft.graph.user",
        "#microsoft.graph.group",
    ]
    assert [row["principal"]["id"] for row in found] == [row["principalId"] for row in found]
    assert [
        row["principalId"] for row in visitor.get(f"/roleManagement/directory/{name}?$filter={asked}")["value"]
    ] == [memberships.ON_CALL]


def test_holders_of_roles_are_fixed_by_the_seed() -> None:
    """Enabled members, another for every purpose."""
    holders = Visitor(users=3000).tenant.graph.world.memberships.holders

    assert holders == Visitor(users=100).tenant.graph.world.memberships.holders
    assert len(set(holders)) == 9


def test_without_permission_to_read_users_members_are_only_ids() -> None:
    """Graph answers with limited information, not with an error."""
    visitor = Visitor(roles=("GroupMember.Read.All",))
    found = visitor.get(f"/groups/{memberships.FINANCE}/members?$top=1&$select=id,userPrincipalName")["value"]

    assert [{"@odata.type": "#microsoft.graph.user", "id": people.ALICE.id, "userPrincipalName": None}] == found


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        ("managed", ["Managed", "Managed", "Managed"]),
        ("rotated", ["Federated", "Managed", "Federated"]),
        ("stale", ["Federated", "Managed", "Federated"]),
    ],
)
def test_domains(state: str, expected: list[str]) -> None:
    """Who signs in where."""
    found = Visitor(federation=state).get("/domains?$select=id,authenticationType")["value"]

    assert [row["id"] for row in found] == ["contoso.com", "contoso.onmicrosoft.com", "corp.contoso.com"]
    assert expected == [row["authenticationType"] for row in found]


@pytest.mark.parametrize(("state", "age"), [("rotated", timedelta(minutes=10)), ("stale", timedelta(days=730))])
def test_certificates_are_real(state: str, age: timedelta) -> None:
    """X.509 that says when it was issued; asked twice, the same."""
    visitor = Visitor(federation=state)
    first, again = (visitor.get("/domains/contoso.com/federationConfiguration")["value"] for _ in range(2))
    started = datetime.fromtimestamp(NOON, UTC)
    signing, following = (
        x509.load_der_x509_certificate(base64.b64decode(first[0][name]))
        for name in ("signingCertificate", "nextSigningCertificate")
    )

    assert first == again
    assert len(first) == 1
    assert started - age == signing.not_valid_before_utc
    assert timedelta() < started - following.not_valid_before_utc < timedelta(minutes=10)
    assert signing.subject.rfc4514_string() == "CN=ADFS Signing - sts.contoso.com"


@pytest.mark.parametrize("domain", ["contoso.onmicrosoft.com", "fabrikam.com"])
def test_no_federation_where_there_is_none(domain: str) -> None:
    """Managed and unknown domains answer 404."""
    path = f"/domains/{domain}/federationConfiguration"

    assert Visitor(federation="stale").ask("GET", path).response.status == 404
