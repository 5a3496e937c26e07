"""The users and groups among the principals of roles."""

import pytest
from hypothesis import given, strategies as st
from support.strategies import JSON

from revoker.adapters.graph.eligible import Eligible, eligible_rows
from revoker.adapters.graph.principals import Principals, principals
from revoker.core.graph_answer import GraphAnswer

USER, GROUP = "#microsoft.graph.user", "#microsoft.graph.group"


def holds(kind: object, name: object = "X-1") -> dict[str, object]:
    """Return a row with an expanded principal."""
    return {"principalId": "p-1", "principal": {"@odata.type": kind, "id": name}}


@pytest.mark.parametrize(
    ("row", "users", "groups"),
    [
        (holds(USER), {"x-1"}, set()),
        (holds("#microsoft.graph.agentUser"), {"x-1"}, set()),
        (holds(GROUP), set(), {"x-1"}),
        (holds("#microsoft.graph.servicePrincipal"), set(), set()),
        (holds("#microsoft.graph.agentIdentity"), set(), set()),
        (holds("#microsoft.graph.agentIdentityBlueprintPrincipal"), set(), set()),
        (holds("#microsoft.graph.someDay"), {"x-1"}, {"x-1"}),
        (holds(None), {"x-1"}, {"x-1"}),
        (holds(["x"]), {"x-1"}, {"x-1"}),
        (holds(GROUP, None), {"p-1"}, {"p-1"}),
        ({"principalId": "P-2", "principal": None}, {"p-2"}, {"p-2"}),
        ({"principalId": "P-2"}, {"p-2"}, {"p-2"}),
    ],
)
def test_each_principal(row: dict[str, object], users: set[str], groups: set[str]) -> None:
    """By the type that is shown; one of a type that is not shown or not known may be either."""
    assert Principals(frozenset(users), frozenset(groups)) == principals([row])


@pytest.mark.parametrize("row", [{}, {"principalId": None}, {"principalId": ""}, holds(USER, 7) | {"principalId": 7}])
def test_a_row_without_a_principal_stops_the_listing(row: dict[str, object]) -> None:
    """A holder that cannot be named must not be left out in silence."""
    assert GraphAnswer(fault="unreadable") == principals([holds(USER), row])


@given(st.lists(st.dictionaries(st.sampled_from(["principalId", "principal"]), JSON)))
def test_no_row_raises(rows: list[dict[str, object]]) -> None:
    """Any JSON gives principals, or an answer."""
    assert isinstance(principals(rows), Principals | GraphAnswer)


def refused(status: int, code: str) -> GraphAnswer:
    """Return an error of Graph."""
    return GraphAnswer(status=status, body={"error": {"code": code}})


@pytest.mark.parametrize(
    ("listed", "expected"),
    [
        ((holds(USER),), Eligible((holds(USER),))),
        (refused(400, "AadPremiumLicenseRequired"), Eligible()),
        (refused(403, "AadPremiumLicenseRequired"), Eligible(known=False)),
        (refused(400, "ResourceTypeNotSupported"), Eligible(known=False)),
        (refused(403, "UnknownError"), Eligible(known=False)),
        (GraphAnswer(status=400, body={"error": "AadPremiumLicenseRequired"}), Eligible(known=False)),
        (GraphAnswer(status=503), GraphAnswer(status=503)),
        (GraphAnswer(status=429, retry_after=7), GraphAnswer(status=429, retry_after=7)),
        (GraphAnswer(fault="endless"), GraphAnswer(fault="endless")),
    ],
)
def test_each_refusal_of_the_eligible(listed: tuple[dict[str, object], ...] | GraphAnswer, expected: object) -> None:
    """Without the licence nobody is eligible; any other refusal leaves unknown who is."""
    assert expected == eligible_rows(listed)
