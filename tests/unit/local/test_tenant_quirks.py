from email.utils import parsedate_to_datetime
from typing import Any

import pytest

from local.tenant import memberships, people, unusual
from local.tenant.tokens import DEFAULT_ROLES
from local.tenant.visitor import ADVANCED, NOON, Visitor, revocation

ALICE, BEN = people.ALICE.upn, people.BEN.upn


def quirky(control: dict[str, Any], users: int = 60) -> Visitor:
    """Visit a tenant with something unusual about it."""
    visitor = Visitor(users=users)
    visitor.control("/_control", control)
    return visitor


@pytest.mark.parametrize(
    ("path", "headers", "status"),
    [
        ("/users/$count", ADVANCED, 400),
        ("/users?$count=true&$top=1", ADVANCED, 400),
        ("/users?$top=1", ADVANCED, 400),
        ("/users?$top=1", {}, 200),
        (f"/groups/{memberships.FIELD}/members?$top=1", {}, 200),
    ],
)
def test_a_b2c_tenant_refuses_advanced_queries(path: str, headers: dict[str, str], status: int) -> None:
    """It is the header that is refused, whatever is asked for; plain queries are answered."""
    response = quirky({"b2c": True}).ask("GET", path, headers=headers).response

    assert status == response.status
    if status == 400:
        assert response.payload["error"]["code"] == "Request_BadRequest"
        assert response.payload["error"]["message"] == "This request is not supported by the service"


def test_b2c_in_a_batch() -> None:
    """The item is refused, the batch is not."""
    item = {"id": "1", "method": "GET", "url": "/users/$count", "headers": {"ConsistencyLevel": "eventual"}}
    [answer] = quirky({"b2c": True}).batch([item]).response.payload["responses"]

    assert answer["status"] == 400


def test_restricted_users_are_refused_while_others_pass() -> None:
    """403 as for a missing permission; reading them is allowed, and shows why."""
    visitor = quirky({"restricted": [ALICE]})
    items = [revocation("1", ALICE), revocation("2", BEN)]
    found = {answer["id"]: answer for answer in visitor.batch(items).response.payload["responses"]}
    shown = [visitor.get(f"/users/{user}?$select=isManagementRestricted") for user in (ALICE, BEN)]

    assert (403, 200) == (found["1"]["status"], found["2"]["status"])
    assert found["1"]["body"]["error"]["code"] == "Authorization_RequestDenied"
    assert [True, False] == [row["isManagementRestricted"] for row in shown]
    assert visitor.control("/_journal")["revokes"]["refused"] == 1


def test_a_role_at_the_scope_of_the_unit_is_the_remedy() -> None:
    """A Graph permission is none; after a reset nobody is restricted."""
    visitor = quirky({"restricted": [ALICE]})
    visitor.control("/_control", {"roles": [*DEFAULT_ROLES, "User.ReadWrite.All"]})

    assert visitor.revoke(ALICE).response.status == 403

    visitor.control("/_control", {"scopedRole": True})

    assert visitor.revoke(ALICE).response.status == 200

    visitor.control("/_control", {"scopedRole": False})
    visitor.control("/_control", {"reset": True})

    assert visitor.revoke(ALICE).response.status == 200


def test_a_listed_user_may_be_unknown_to_a_replica() -> None:
    """Two look-ups of any kind answer 404, the third does not; listings show the user all the time."""
    visitor = quirky({"unseen": {ALICE: 2}})
    listed = visitor.get("/users?$top=999&$select=id")["value"]
    statuses = [
        visitor.ask("GET", f"/users/{ALICE}").response.status,
        visitor.revoke(people.ALICE.id).response.status,
        visitor.revoke(people.ALICE.id).response.status,
    ]

    assert {"id": people.ALICE.id} in listed
    assert statuses == [404, 404, 200]
    assert visitor.control("/_journal")["revokes"] == {"accepted": 1, "throttled": 0, "refused": 0, "failed": 1}


def links(control: dict[str, Any], path: str = "/users?$select=id") -> list[str]:
    """Follow ten links at most."""
    visitor, found = quirky(control), [path]
    while len(found) < 10:
        link = visitor.get(found[-1]).get("@odata.nextLink")
        if link is None:
            break
        found.append(link)
    return found


def test_a_page_may_be_smaller_than_asked_for() -> None:
    """60 users in pages of 25, although a page of 999 was asked for."""
    found = links({"pageSize": 25}, "/users?$select=id&$top=999")

    assert len(found) == len(set(found)) == 3


def test_a_link_may_lead_to_itself() -> None:
    """From the second page on, for ever."""
    found = links({"pageSize": 25, "links": "repeat"})

    assert len(found) == 10
    assert len(set(found)) == 2
    assert found[1:] == [found[1]] * 9


def test_links_may_lead_in_a_circle() -> None:
    """The last of three pages leads back to the second."""
    first, second, third, *others = links({"pageSize": 25, "links": "cycle"})

    assert others == [second, third] * 3 + [second]
    assert len({first, second, third}) == 3


@pytest.mark.parametrize(
    "path",
    [
        f"/groups/{memberships.FIELD}/transitiveMembers?$select=id",
        "/roleManagement/directory/roleAssignments",
        "/groups?$select=id",
    ],
)
def test_other_collections_lead_astray_as_well(path: str) -> None:
    """Members, role assignments, groups."""
    assert len(links({"pageSize": 3, "links": "repeat"}, path)) == 10


def test_links_are_honest_again_after_a_reset() -> None:
    """And pages whole, with no empty one before them."""
    visitor = quirky({"pageSize": 10, "links": "repeat", "emptyPages": True})
    visitor.control("/_control", {"reset": True})

    assert [60] == [len(page) for page in visitor.pages("/users?$top=999")]


def test_an_empty_page_before_each_page() -> None:
    """Each has a link; the count comes with the first, which is empty."""
    visitor = quirky({"pageSize": 25, "emptyPages": True})

    assert [0, 25, 0, 25, 0, 10] == [len(page) for page in visitor.pages("/users?$select=id")]
    assert visitor.get("/users?$count=true", ADVANCED)["@odata.count"] == 60


def test_the_index_of_advanced_queries_lags() -> None:
    """A user that it does not know yet is in plain listings alone, and in no count."""
    visitor = quirky({"unindexed": [ALICE]})
    filtered = f"$filter=userPrincipalName eq '{ALICE}'"
    members = f"/groups/{memberships.FINANCE}/transitiveMembers"
    cast = visitor.get(f"{members}/microsoft.graph.user?$count=true", ADVANCED)

    assert 1 == len(visitor.get(f"/users?{filtered}")["value"])
    assert [] == visitor.get(f"/users?$count=true&{filtered}", ADVANCED)["value"]
    assert 59 == visitor.get("/users?$count=true", ADVANCED)["@odata.count"]
    assert "59" == visitor.ask("GET", "/users/$count", headers=ADVANCED).response.payload
    assert people.ALICE.id in {row["id"] for row in visitor.get(members)["value"]}
    assert people.ALICE.id not in {row["id"] for row in cast["value"]}
    assert cast["@odata.count"] == len(cast["value"])


@pytest.mark.parametrize(
    ("select", "status", "names"),
    [("shows", 200, {"id", "identities"}), ("omits", 200, {"id"}), ("refuses", 400, set())],
)
def test_properties_of_users_in_a_plain_listing_of_members(select: str, status: int, names: set[str]) -> None:
    """What becomes of them is undocumented; the id and the type are always there, and a cast shows all."""
    visitor = quirky({"plainSelect": select})
    members = f"/groups/{memberships.MIXED}/transitiveMembers"
    plain = visitor.ask("GET", f"{members}?$select=id,identities").response
    users = [row for row in plain.payload.get("value", []) if row["@odata.type"] == "#microsoft.graph.user"]

    assert status == plain.status
    assert names == {name for row in users for name in row if name != "@odata.type"}
    assert {"id", "@odata.type"} == {name for row in visitor.get(f"{members}?$select=id")["value"] for name in row}
    cast = visitor.get(f"{members}/microsoft.graph.user?$count=true&$select=identities", ADVANCED)
    assert all(row["identities"] for row in cast["value"])


def test_retry_after_as_a_date() -> None:
    """Not before the wait is over."""
    visitor = Visitor(write_burst=1, write_rate=0.1)
    visitor.control("/_control", {"retryAfter": "date"})
    visitor.revoke(ALICE)
    header = visitor.revoke(BEN).response.headers["Retry-After"]

    assert parsedate_to_datetime(header).timestamp() == NOON + 10


def test_retry_after_as_two_numbers() -> None:
    """The longer one is the wait, inside a batch too."""
    visitor = Visitor(write_burst=1, write_rate=0.1)
    visitor.control("/_control", {"retryAfter": "list"})
    visitor.revoke(ALICE)
    [answer] = visitor.batch([revocation("1", BEN)]).response.payload["responses"]

    assert answer["headers"]["Retry-After"] == "5,10"


@pytest.mark.parametrize(
    "control",
    [
        {"links": "zigzag"},
        {"pageSize": 0},
        {"retryAfter": "soon"},
        {"restricted": ["nobody"]},
        {"unseen": {"nobody": 1}},
        {"unindexed": ["nobody"]},
        {"plainSelect": "perhaps"},
    ],
)
def test_controls_of_quirks_refuse_nonsense(control: dict[str, Any]) -> None:
    """A typing error in a test shows at once."""
    assert "error" in Visitor().control("/_control", control)


def test_a_mixed_population_has_the_same_quirks() -> None:
    """An agent user may be restricted like anybody."""
    visitor = Visitor(users=60, population="mixed")
    visitor.control("/_control", {"restricted": [unusual.AGENT.upn]})

    assert visitor.revoke(unusual.AGENT.upn).response.status == 403
