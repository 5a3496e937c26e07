from typing import Any
from urllib.parse import quote

import pytest

from local.tenant import memberships, people
from local.tenant.tokens import LEAST_ROLES
from local.tenant.visitor import ADVANCED, Visitor

SEEING = (*LEAST_ROLES, "Member.Read.Hidden")
CAST = "microsoft.graph.user?$count=true&$top=999&$select=id"


def named(visitor: Visitor, asked: str, collection: str = "groups", options: str = "") -> list[dict[str, Any]]:
    """Find things by a filter."""
    found: list[dict[str, Any]] = visitor.get(f"/{collection}?$select=id,displayName&$filter={quote(asked)}{options}")[
        "value"
    ]
    return found


@pytest.mark.parametrize("kind", ["members", "transitiveMembers"])
def test_hidden_membership_looks_empty(kind: str) -> None:
    """200, no rows and a count of 0: nothing in the answer tells it from an empty group."""
    path = f"/groups/{memberships.HIDDEN}/{kind}/{CAST}"
    blind, seeing = Visitor(roles=LEAST_ROLES).get(path, ADVANCED), Visitor(roles=SEEING).get(path, ADVANCED)

    assert (0, []) == (blind["@odata.count"], blind["value"])
    assert [people.BEN.id, people.CARA.id] == [row["id"] for row in seeing["value"]]


def test_visibility_tells_that_members_are_hidden() -> None:
    """The one property that does; plain security groups have none."""
    visitor = Visitor()
    found = [
        visitor.get(f"/groups/{group}?$select=id,displayName,visibility")["visibility"]
        for group in (memberships.HIDDEN, memberships.FIELD)
    ]

    assert found == ["HiddenMembership", None]


def test_a_hidden_group_inside_another_keeps_its_members_hidden() -> None:
    """The members of the outer group are listed, those of the hidden one are not."""
    group = {
        "displayName": "Outer",
        "id": memberships.EMPTY,
        "groups": [memberships.HIDDEN],
        "members": ["gail@contoso.com"],
    }
    path = f"/groups/{memberships.EMPTY}/transitiveMembers/{CAST}"
    found = []
    for visitor in (Visitor(roles=LEAST_ROLES), Visitor(roles=SEEING)):
        visitor.control("/_control", {"addGroups": [group]})
        found.append([row["id"] for row in visitor.get(path, ADVANCED)["value"]])

    assert found == [[people.GAIL.id], [people.GAIL.id, people.BEN.id, people.CARA.id]]


def test_several_groups_share_a_name() -> None:
    """A display name is no identifier; a page of five leads on to the sixth."""
    visitor = Visitor()
    asked = "displayName eq 'project aurora'"
    page = visitor.get(f"/groups?$select=id&$top=5&$filter={quote(asked)}")

    assert list(memberships.NAMESAKES) == [row["id"] for row in named(visitor, asked)]
    assert [5, 1] == [len(page["value"]), len(visitor.get(page["@odata.nextLink"])["value"])]


@pytest.mark.parametrize(
    ("collection", "asked", "expected"),
    [
        (
            "groups",
            "startswith(displayName,'Field')",
            [memberships.FIELD, memberships.FIELD_NORTH, memberships.FIELD_SOUTH],
        ),
        ("groups", "displayName eq 'Nobody at all'", []),
        ("users", "displayName eq 'orla o''brien'", [people.OBRIEN.id]),
        ("users", "startswith(displayName,'Twin of')", [people.TWIN.id, people.CORP_TWIN.id]),
    ],
)
def test_search_by_display_name(collection: str, asked: str, expected: list[str]) -> None:
    """For candidates, when a caller gives a name where an id belongs."""
    assert expected == [row["id"] for row in named(Visitor(), asked, collection)]


def test_groups_can_be_made() -> None:
    """With a name alone, or with everything; a reset removes them."""
    visitor = Visitor()
    row = {
        "displayName": "New",
        "visibility": "HiddenMembership",
        "members": ["ben@contoso.com"],
        "isAssignableToRole": True,
    }
    visitor.control("/_control", {"addGroups": [row, {"displayName": "Bare"}]})
    [found] = visitor.get(f"/groups?$filter={quote("displayName eq 'New'")}")["value"]

    assert ("HiddenMembership", True) == (found["visibility"], found["isAssignableToRole"])
    assert len(named(visitor, "displayName eq 'Bare'")) == 1

    visitor.control("/_control", {"reset": True})

    assert named(visitor, "displayName eq 'New'") == []
