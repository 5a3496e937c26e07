from typing import Any

import pytest

from local.tenant import control, identities, memberships, people, unusual
from local.tenant.controls.table import CONTROLS
from local.tenant.directory import Directory
from local.tenant.people import NAMED, Person
from local.tenant.visitor import ADVANCED, NOON, Visitor

SIGNS = "id,userPrincipalName,userType,creationType,externalUserState,identities"
AGENT_TYPE = "#microsoft.graph.agentUser"


def mixed() -> Visitor:
    """Visit a tenant of a mixed population."""
    return Visitor(users=60, population="mixed")


def own(person: Person) -> dict[str, str]:
    """Write the identity that every user of this tenant has."""
    return {"signInType": "userPrincipalName", "issuer": people.INITIAL_DOMAIN, "issuerAssignedId": person.upn}


def shown(person: Person) -> dict[str, Any]:
    """Read the signs of one user from a mixed tenant."""
    return mixed().get(f"/users/{person.id}?$select={SIGNS}")


def test_an_agent_user_is_a_row_of_a_derived_type() -> None:
    """Only its row says so, in the listing, alone and as a member; the count includes it."""
    visitor = mixed()
    page = visitor.get("/users?$top=999&$count=true&$select=id", ADVANCED)
    alone = visitor.get(f"/users/{unusual.AGENT.id}?$select=id")

    assert page["@odata.count"] == len(page["value"]) == 60
    assert {"@odata.type": AGENT_TYPE, "id": unusual.AGENT.id} in page["value"]
    assert AGENT_TYPE == alone["@odata.type"]
    assert {"id": people.ALICE.id} in page["value"]


@pytest.mark.parametrize("cast", ["members", "transitiveMembers"])
def test_a_cast_to_users_keeps_agent_users(cast: str) -> None:
    """An agent user is a user: the cast lists and counts it, and its row still names the derived type."""
    path = f"/groups/{memberships.ALL_HANDS}/{cast}/microsoft.graph.user?$count=true&$top=999&$select=id"
    page = mixed().get(path, ADVANCED)

    assert page["@odata.count"] == 60
    assert {"@odata.type": AGENT_TYPE, "id": unusual.AGENT.id} in page["value"]


def test_agent_users_can_be_listed_alone() -> None:
    """The address of `agentuser-list`."""
    found = mixed().get("/users/microsoft.graph.agentUser?$select=id")["value"]

    assert {"@odata.type": AGENT_TYPE, "id": unusual.AGENT.id} in found
    assert {AGENT_TYPE} == {row["@odata.type"] for row in found}


def test_an_agent_user_can_be_revoked() -> None:
    """It has sessions like any user (`resources/agentuser`)."""
    visitor = mixed()
    visitor.now += 5

    assert visitor.revoke(unusual.AGENT.upn).response.status == 200
    assert visitor.control(f"/_journal/users/{unusual.AGENT.id}")["validFrom"] == "2026-03-02T09:00:05Z"


@pytest.mark.parametrize(
    ("person", "user_type", "creation", "state", "issuer"),
    [
        (people.ALICE, "Member", None, None, None),
        (unusual.INTERNAL_GUEST, "Guest", None, None, None),
        (unusual.UNTYPED, None, None, None, None),
        (unusual.CONVERTED, "Member", None, None, None),
        (unusual.EXTERNAL_MEMBER, "Member", "Invitation", "Accepted", identities.ENTRA),
        (unusual.RENAMED_EXTERNAL, "Member", None, None, identities.ENTRA),
        (people.DANA, "Guest", "Invitation", "Accepted", identities.ENTRA),
        (unusual.GOOGLE_GUEST, "Guest", "Invitation", "Accepted", "google.com"),
        (unusual.PASSCODE_GUEST, "Guest", "Invitation", "Accepted", "mail"),
        (unusual.ACCOUNT_GUEST, "Guest", "Invitation", "Accepted", "MicrosoftAccount"),
        (unusual.SELF_SERVICE, "Guest", "SelfServiceSignUp", None, "facebook.com"),
    ],
    ids=lambda value: value.upn if isinstance(value, Person) else "",
)
def test_signs_of_where_a_user_signs_in(
    person: Person, user_type: str | None, creation: str | None, state: str | None, issuer: str | None
) -> None:
    """The user type and the identity provider are independent of each other."""
    row = shown(person)
    federated = [found["issuer"] for found in row["identities"] if found["signInType"] == "federated"]

    assert (user_type, creation, state) == (row["userType"], row["creationType"], row["externalUserState"])
    assert federated == ([] if issuer is None else [issuer])
    assert row["identities"][-1] == own(person)


def test_a_pending_guest_shows_only_the_own_tenant() -> None:
    """The issuer appears when the invitation is accepted; until then state and creation type tell."""
    row = shown(unusual.PENDING_GUEST)

    assert [own(unusual.PENDING_GUEST)] == row["identities"]
    assert (row["externalUserState"], row["creationType"]) == ("PendingAcceptance", "Invitation")


def test_another_entra_tenant_is_not_named() -> None:
    """`issuerAssignedId` of an Entra guest is null, that of a passcode guest is the address."""
    passcode = shown(unusual.PASSCODE_GUEST)["identities"][0]

    assert shown(people.DANA)["identities"][0]["issuerAssignedId"] is None
    assert passcode["issuerAssignedId"] == "olga@mail.example"


@pytest.mark.parametrize("person", [unusual.EXTERNAL_MEMBER, unusual.RENAMED_EXTERNAL, unusual.GOOGLE_GUEST])
def test_external_users_are_unaffected_whatever_their_type(person: Person) -> None:
    """The call answers 200 and changes nothing."""
    visitor = mixed()
    before = visitor.control(f"/_journal/users/{person.id}")["validFrom"]
    visitor.now += 5

    assert visitor.revoke(person.upn).response.status == 200
    assert before == visitor.control(f"/_journal/users/{person.id}")["validFrom"]


@pytest.mark.parametrize("person", [unusual.INTERNAL_GUEST, unusual.UNTYPED, unusual.CONVERTED])
def test_internal_users_are_affected_whatever_their_type(person: Person) -> None:
    """A contractor with credentials of this tenant loses the sessions, although userType says Guest."""
    visitor = mixed()
    visitor.now += 5
    visitor.revoke(person.upn)

    assert visitor.control(f"/_journal/users/{person.id}")["validFrom"] == "2026-03-02T09:00:05Z"


def test_shares_of_a_mixed_population() -> None:
    """Of 20,000: 2 % agent users, 1 % internal guests, 1 % external members, 1 % without type, as documented."""
    directory = Directory(20_000, 1, NOON, "mixed")
    persons = [directory.person(index) for index in directory.positions()]
    shares = {
        "agents": sum(person.agent for person in persons),
        "internal guests": sum(person.guest and not person.external for person in persons),
        "external members": sum(person.external and not person.guest for person in persons),
        "untyped": sum(person.user_type is None for person in persons),
        "no Entra home": sum(person.home not in {None, identities.ENTRA} for person in persons),
    }

    assert {name: round(count / 20_000, 2) for name, count in shares.items()} == {
        "agents": 0.02,
        "internal guests": 0.01,
        "external members": 0.01,
        "untyped": 0.01,
        "no Entra home": 0.02,
    }


def test_the_plain_population_has_none_of_them() -> None:
    """A test that counts on internal members and Entra guests alone says so."""
    directory = Directory(2000, 1, NOON, "plain")
    persons = [directory.person(index) for index in directory.positions()]

    assert list(NAMED) == persons[: len(NAMED)]
    assert [person for person in persons if person.agent or person.guest != person.external] == []


def test_users_can_be_added_and_are_gone_after_a_reset() -> None:
    """Any user that a test needs, by the names that Graph gives the properties."""
    visitor = Visitor()
    row = {
        "userPrincipalName": "zoe@contoso.com",
        "displayName": "Zoe",
        "userType": None,
        "agent": True,
        "onPremises": {"sam_account": "zoe", "domain": "contoso.com", "sid": "S-1-5-21-9"},
    }
    visitor.control("/_control", {"addUsers": [row, {"userPrincipalName": "y@contoso.com", "issuer": "google.com"}]})
    found = visitor.get("/users/zoe@contoso.com?$select=displayName,userType,onPremisesSamAccountName")
    last = visitor.get("/users?$top=999&$select=userPrincipalName")["value"][-1]

    assert found["@odata.type"] == AGENT_TYPE
    assert (found["displayName"], found["userType"], found["onPremisesSamAccountName"]) == ("Zoe", None, "zoe")
    assert last == {"userPrincipalName": "y@contoso.com"}
    assert visitor.tenant.graph.world.directory.find_on_premises("zoe") != []

    visitor.control("/_control", {"reset": True})

    assert visitor.ask("GET", "/users/zoe@contoso.com").response.status == 404
    assert visitor.tenant.graph.world.directory.find_on_premises("zoe") == []


@pytest.mark.parametrize(
    "row", [{}, {"userPrincipalName": people.ALICE.upn}, {"userPrincipalName": "z@contoso.com", "shoeSize": 44}]
)
def test_a_user_that_cannot_be_added(row: dict[str, Any]) -> None:
    """Without a name, with one that is taken, with a property that no user has."""
    answer = Visitor().control("/_control", {"addUsers": [row]})

    assert answer["error"]["code"] == "BadRequest"


def test_every_control_is_described() -> None:
    """The table in the docstring is where others look."""
    documented = control.__doc__ or ""

    assert [name for name in CONTROLS if f"`{name}`" not in documented] == []
