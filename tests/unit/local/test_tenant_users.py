from urllib.parse import quote

import pytest
from hypothesis import given, settings, strategies as st

from local.tenant import people
from local.tenant.exchange import stamp
from local.tenant.odata import address
from local.tenant.visitor import ADVANCED, NOON, ORIGIN, Visitor

VALID_FROM = "signInSessionsValidFromDateTime"


def valid_from(visitor: Visitor, user: str) -> str:
    """Read a user's sessions' beginning as a caller of Graph would."""
    found = visitor.get(f"/users/{quote(user, safe='')}?$select={VALID_FROM}")
    return str(found[VALID_FROM])


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/users/2a9f6c31-5e48-4d70-b3c9-f61e8a07d254", people.ALICE),
        ("/users/ALICE@contoso.com", people.ALICE),
        ("/users/alice%40contoso.com", people.ALICE),
        ("/users('alice@contoso.com')", people.ALICE),
        ("/users(%27alice@contoso.com%27)", people.ALICE),
        ("/users/o'brien@contoso.com", people.OBRIEN),
        ("/users('o''brien@contoso.com')", people.OBRIEN),
        ("/users('o%27%27brien%40contoso.com')", people.OBRIEN),
        ("/users('$dollar@contoso.com')", people.DOLLAR),
        ("/users('%24dollar%40contoso.com')", people.DOLLAR),
        ("/users/dana_fabrikam.com%23EXT%23@contoso.onmicrosoft.com", people.DANA),
        ("/users/dana_fabrikam.com%23ext%23%40contoso.onmicrosoft.com", people.DANA),
        ("/users('dana_fabrikam.com%23EXT%23@contoso.onmicrosoft.com')", people.DANA),
    ],
)
def test_every_way_to_name_a_user(path: str, expected: people.Person) -> None:
    """By id and by UPN, as segment and as key, encoded and not."""
    found = Visitor().get(f"{path}?$select=id,userPrincipalName")

    assert (expected.id, expected.upn) == (found["id"], found["userPrincipalName"])


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("/users/nobody@contoso.com", 404, "Request_ResourceNotFound"),
        ("/users/dana_fabrikam.com#EXT#@contoso.onmicrosoft.com", 404, "Request_ResourceNotFound"),
        ("/users/$dollar@contoso.com", 400, "BadRequest"),
        ("/users/%24dollar@contoso.com", 400, "BadRequest"),
        ("/users(alice)", 400, "BadRequest"),
        ("/users?$select=id,shoeSize", 400, "BadRequest"),
        ("/users/alice@contoso.com?$expand=manager", 400, "Request_UnsupportedQuery"),
        ("/users?$top=0", 400, "Request_UnsupportedQuery"),
        ("/users?$top=1000", 400, "Request_UnsupportedQuery"),
        ("/users?$top=ten", 400, "Request_UnsupportedQuery"),
        ("/users?$orderby=displayName", 400, "Request_UnsupportedQuery"),
        ("/users?$skiptoken=nonsense!", 400, "Request_BadRequest"),
        ("/users?$skiptoken=MA", 400, "Request_BadRequest"),
        ("/users/$count", 400, "Request_BadRequest"),
        ("/shoes", 400, "BadRequest"),
    ],
)
def test_what_is_not_there_or_not_understood(path: str, status: int, code: str) -> None:
    """Errors have Graph's shape, with the ids that support asks for."""
    response = Visitor().ask("GET", path, headers={"client-request-id": "mine"}).response
    error = response.payload["error"]

    assert (status, code) == (response.status, error["code"])
    assert {"date": "2026-03-02T09:00:00", "client-request-id": "mine"}.items() <= error["innerError"].items()
    assert len(error["innerError"]["request-id"]) == 36
    assert response.headers["client-request-id"] == "mine"


def test_the_wrong_method_is_refused() -> None:
    """Reading is not writing."""
    assert Visitor().ask("POST", "/users/alice@contoso.com", {}).response.status == 405


@pytest.mark.parametrize(
    ("person", "expected"),
    [
        (
            people.DANA,
            {
                "userType": "Guest",
                "externalUserState": "Accepted",
                "creationType": "Invitation",
                "mail": "dana@fabrikam.com",
                "onPremisesSyncEnabled": None,
                "accountEnabled": True,
            },
        ),
        (people.ERIN, {"userType": "Member", "accountEnabled": False, "creationType": None}),
        (
            people.FRANK,
            {
                "onPremisesSyncEnabled": True,
                "onPremisesSamAccountName": "frank",
                "onPremisesDomainName": "contoso.com",
                "onPremisesSecurityIdentifier": "S-1-5-21-1004336348-1177238915-682003330-5140",
            },
        ),
    ],
    ids=lambda value: value.upn if isinstance(value, people.Person) else "",
)
def test_properties(person: people.Person, expected: dict[str, object]) -> None:
    """Guests, disabled and synced users look the part."""
    found = Visitor().get(f"/users/{person.id}?$select={','.join(expected)}")

    assert expected.items() <= found.items()


def test_without_select_only_the_default_properties_come() -> None:
    """What decides about a user has to be asked for."""
    found = Visitor().get("/users/alice@contoso.com")

    assert found["displayName"] == "Alice Example"
    assert not {VALID_FROM, "userType", "accountEnabled"} & found.keys()


@pytest.mark.parametrize(
    "path",
    [
        "/users/alice@contoso.com/revokeSignInSessions",
        "/users/alice@contoso.com/microsoft.graph.revokeSignInSessions",
        "/users('alice@contoso.com')/revokeSignInSessions",
        "/users('2a9f6c31-5e48-4d70-b3c9-f61e8a07d254')/microsoft.graph.revokeSignInSessions",
    ],
)
def test_revoking(path: str) -> None:
    """Sessions are valid from the moment of the call on, in whole seconds."""
    visitor = Visitor()
    visitor.now += 0.75

    response = visitor.ask("POST", path, {}).response

    assert response.status == 200
    assert {"@odata.context": f"{ORIGIN}/v1.0/$metadata#Edm.Boolean", "value": True} == response.payload
    assert valid_from(visitor, "alice@contoso.com") == "2026-03-02T09:00:00Z"


def test_external_users_are_not_affected() -> None:
    """The call is accepted, and nothing happens (microsoft-graph-docs#19012)."""
    visitor = Visitor()
    before = valid_from(visitor, people.DANA.upn)

    assert visitor.revoke(people.DANA.upn).response.status == 200
    assert before == valid_from(visitor, people.DANA.upn)


def test_revoking_nobody() -> None:
    """An unknown user is a 404, and counts as failed."""
    visitor = Visitor()

    assert visitor.revoke("nobody@contoso.com").response.status == 404
    assert visitor.control("/_journal")["revokes"] == {"accepted": 0, "throttled": 0, "refused": 0, "failed": 1}


def test_reads_show_a_revocation_when_it_has_replicated() -> None:
    """Until then they show what was before, also between two revocations."""
    visitor = Visitor(replication=10)
    before = valid_from(visitor, "ben@contoso.com")
    visitor.revoke("ben@contoso.com")
    seen = []
    for pause in (0, 9, 1, 0):
        visitor.now += pause
        seen.append(valid_from(visitor, "ben@contoso.com"))
    visitor.revoke("ben@contoso.com")
    visitor.now += 5
    seen.append(valid_from(visitor, "ben@contoso.com"))

    assert [before, before, stamp(NOON), stamp(NOON), stamp(NOON)] == seen
    assert visitor.control("/_journal/users/ben@contoso.com")["validFrom"] == stamp(NOON + 10)


def test_filters_are_applied_across_pages() -> None:
    """Pages of matches, without empty ones in between or at the end."""
    visitor = Visitor(users=1000)
    pages = visitor.pages("/users?$filter=userType%20eq%20'Guest'&$top=10&$select=id,userType")
    guests = [user for page in pages for user in page]

    assert {user["userType"] for user in guests} == {"Guest"}
    assert [10] * (len(pages) - 1) == [len(page) for page in pages[:-1]]
    assert visitor.get("/users?$filter=userType%20eq%20'Guest'&$count=true", ADVANCED)["@odata.count"] == len(guests)


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("onPremisesSamAccountName eq 'twin'", ["twin@contoso.com", "twin@corp.contoso.com"]),
        (f"onPremisesSecurityIdentifier eq '{people.SID_PREFIX}-5140'", ["frank@contoso.com"]),
        (f"onPremisesSecurityIdentifier eq '{people.SID_PREFIX}-5300'", []),
        ("id in ('2a9f6c31-5e48-4d70-b3c9-f61e8a07d254','nobody')", ["alice@contoso.com"]),
        ("userPrincipalName eq '$dollar@contoso.com'", ["$dollar@contoso.com"]),
        ("userPrincipalName eq 'alice@contoso.com' and accountEnabled eq false", []),
        ("startswith(userPrincipalName,'breakglass')", ["breakglass1@contoso.com", "breakglass2@contoso.com"]),
    ],
)
def test_finding_users(condition: str, expected: list[str]) -> None:
    """By index where there is one, by walking otherwise: the answer is the same."""
    found = Visitor().get(f"/users?$count=true&$filter={quote(condition)}", ADVANCED)

    assert expected == [user["userPrincipalName"] for user in found["value"]]
    assert found["@odata.count"] == len(expected)


def test_counting() -> None:
    """As a segment it is plain text; beside a page it needs the header."""
    visitor = Visitor(users=60)
    response = visitor.ask("GET", "/users/$count", headers=ADVANCED).response

    assert (response.payload, response.headers["Content-Type"]) == ("60", "text/plain")
    assert visitor.get("/users?$count=true&$top=1", ADVANCED)["@odata.count"] == 60
    assert "@odata.count" not in visitor.get("/users?$count=true&$top=1")


def test_a_link_belongs_to_its_query() -> None:
    """A token moved to another query, or too old, is refused."""
    visitor = Visitor()
    link = visitor.get("/users?$top=5&$select=id")["@odata.nextLink"]

    moved = visitor.ask("GET", link.replace("$select=id", "$select=mail")).response
    visitor.control("/_control", {"expireLinks": True})
    late = visitor.ask("GET", link).response

    assert (moved.status, moved.payload["error"]["code"]) == (400, "Request_BadRequest")
    assert (late.status, late.payload["error"]["code"]) == (400, "Directory_ExpiredPageToken")


@settings(max_examples=40)
@given(users=st.integers(1, 120), size=st.integers(1, 999), deleted=st.sets(st.integers(0, 119), max_size=20))
def test_paging_visits_everybody_exactly_once(users: int, size: int, deleted: set[int]) -> None:
    """Whatever the page size and whoever is gone, also when they go while we read."""
    visitor = Visitor(users=users)
    directory = visitor.tenant.graph.world.directory
    for index in list(deleted)[::2]:
        directory.delete(index)
    link, seen = f"/users?$top={size}&$select=id", []
    while link:
        page = visitor.get(link)
        seen += [user["id"] for user in page["value"]]
        for index in list(deleted)[1::2]:
            directory.delete(index)
        link = page.get("@odata.nextLink", "")

    assert len(set(seen)) == len(seen)
    assert {directory.id_at(index) for index in directory.positions()} <= set(seen)


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1))
def test_any_name_survives_the_way_through_a_url(name: str) -> None:
    """In the key form, quoted and encoded, every name arrives as it was."""
    literal = quote(name.replace("'", "''"), safe="")

    assert ("users", name) == address.parse(f"users('{literal}')").segments
