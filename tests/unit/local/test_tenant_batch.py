from typing import Any

import pytest

from local.tenant import people
from local.tenant.visitor import Visitor, revocation

GET_ALICE = {"id": "1", "method": "GET", "url": "/users/alice@contoso.com?$select=id"}


def answers(visitor: Visitor, items: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """Send a batch that is understood, and give its answers by id."""
    response = visitor.batch(items).response

    assert response.status == 200
    return {answer["id"]: answer for answer in response.payload["responses"]}


def test_every_item_has_an_answer_of_its_own() -> None:
    """The outer 200 says nothing about the items."""
    found = answers(
        Visitor(),
        [
            revocation("a", "alice@contoso.com"),
            revocation("b", "nobody@contoso.com"),
            {"id": "c", "method": "get", "url": "users/ben@contoso.com?$select=id"},
            {"id": "d", "method": "DELETE", "url": "/users/ben@contoso.com"},
            {"id": "e", "method": "GET", "url": "/users/dana_fabrikam.com#EXT#@contoso.onmicrosoft.com"},
        ],
    )

    assert {key: item["status"] for key, item in found.items()} == {"a": 200, "b": 404, "c": 200, "d": 405, "e": 404}
    assert found["a"]["body"]["value"] is True
    assert found["a"]["headers"]["x-ms-resource-unit"] == "1"
    assert found["b"]["body"]["error"]["code"] == "Request_ResourceNotFound"
    assert found["c"]["body"]["id"] == people.BEN.id


def test_answers_come_in_another_order_that_repeats() -> None:
    """Whoever relies on the order is found out, and can find out again."""
    items = [revocation(str(number), "alice@contoso.com") for number in range(20)]
    orders = [[answer["id"] for answer in Visitor().batch(items).response.payload["responses"]] for _ in range(2)]

    assert orders[0] == orders[1]
    assert orders[0] != [item["id"] for item in items]
    assert sorted(orders[0]) == sorted(item["id"] for item in items)


@pytest.mark.parametrize(
    ("items", "word"),
    [
        ([revocation(str(number), "alice@contoso.com") for number in range(21)], "20"),
        ([], "between 1 and 20"),
        ([GET_ALICE, GET_ALICE], "unique"),
        ([{**GET_ALICE, "id": "x"}, {**GET_ALICE, "id": "X"}], "unique"),
        ([{**GET_ALICE, "id": ""}], "needs an id"),
        ([{**GET_ALICE, "id": 7}], "needs an id"),
        ([{"id": "1", "method": "GET"}], "Invalid batch payload format."),
        (["nonsense"], "Invalid batch payload format."),
        ([{**GET_ALICE, "url": "https://graph.microsoft.com/v1.0/users"}], "relative"),
        ([{**GET_ALICE, "url": "/$batch"}], "relative"),
        ([{**revocation("7", "alice@contoso.com"), "headers": {}}], "Write request id : 7 does not contain"),
        ([{"id": "7", "method": "POST", "url": "/users/x/revokeSignInSessions"}], "Write request id : 7"),
    ],
)
def test_a_malformed_batch_is_refused_as_a_whole(items: list[Any], word: str) -> None:
    """And nothing in it is carried out."""
    visitor = Visitor()
    response = visitor.batch(items).response

    assert (response.status, response.payload["error"]["code"]) == (400, "BadRequest")
    assert word in response.payload["error"]["message"]
    assert visitor.control("/_journal")["revokedUsers"] == 0


def test_a_batch_is_posted() -> None:
    """Reading it makes no sense."""
    assert Visitor().ask("GET", "/$batch").response.status == 405


def test_items_are_throttled_one_by_one() -> None:
    """The bucket's last tokens go to some of them; the others are told when to come back."""
    visitor = Visitor(population="plain", write_burst=7, write_rate=1)  # users 20 to 29 have no name of their own
    found = answers(visitor, [revocation(str(number), f"user0000{20 + number}@contoso.com") for number in range(10)])
    refused = [item for item in found.values() if item["status"] == 429]

    assert len(refused) == 3
    assert {item["headers"]["Retry-After"] for item in refused} == {"1.00"}
    assert {item["body"]["error"]["code"] for item in refused} == {"TooManyRequests"}
    assert visitor.control("/_journal")["revokes"] == {"accepted": 7, "throttled": 3, "refused": 0, "failed": 0}


def test_items_carry_their_own_headers() -> None:
    """Priority and consistency are said per item, in any casing."""
    counted = {
        "id": "1",
        "method": "GET",
        "url": "/users?$count=true&$top=1&$select=id",
        "headers": {"consistencyLEVEL": "eventual"},
    }

    assert answers(Visitor(), [counted])["1"]["body"]["@odata.count"] == 60


def test_links_inside_a_batch_lead_out_of_it() -> None:
    """A next link is absolute wherever it is found."""
    visitor = Visitor()
    first = answers(visitor, [{"id": "1", "method": "GET", "url": "/users?$top=50&$select=id"}])["1"]["body"]

    assert len(visitor.get(first["@odata.nextLink"])["value"]) == 10
