"""Graph's pages become rows, and rows become users; nothing a server can send raises."""

import pytest
from hypothesis import given, strategies as st
from support.strategies import JSON

from revoker.adapters.graph.listing import counted, directory_users, listing
from revoker.adapters.graph.pager import Pager
from revoker.core.directory_user import DirectoryUser
from revoker.core.graph_answer import GraphAnswer
from revoker.ports.page import Page

HOME = "https://graph.microsoft.com/"
ALICE = {"id": "A-1", "userPrincipalName": "alice@contoso.com"}
SEEN = DirectoryUser("a-1", "alice@contoso.com", external_reason=None, sessions_valid_from=None)
UNREADABLE = GraphAnswer(fault="unreadable")


def told(**body: object) -> GraphAnswer:
    """Return a success with a body."""
    return GraphAnswer(status=200, body=body)


def linked(link: object) -> GraphAnswer:
    """Return an empty page with a link."""
    return told(value=[], **{"@odata.nextLink": link})


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (told(value=[ALICE]), Page((ALICE,), None)),
        (told(value=[ALICE, None]), UNREADABLE),
        (told(value=["x"]), UNREADABLE),
        (linked(f"{HOME}v1.0/users?$skiptoken=x"), Page((), f"{HOME}v1.0/users?$skiptoken=x")),
        (linked(None), Page((), None)),
        (linked(""), Page((), None)),
        (linked("https://evil.example/"), GraphAnswer(fault="foreign_link")),
        (linked(["x"]), UNREADABLE),
        (told(), UNREADABLE),
        (told(value={"id": "x"}), UNREADABLE),
        (told(value=None), UNREADABLE),
        (GraphAnswer(status=204), UNREADABLE),
        (GraphAnswer(status=503, retry_after=2), GraphAnswer(status=503, retry_after=2)),
        (GraphAnswer(fault="timeout"), GraphAnswer(fault="timeout")),
    ],
)
def test_each_page(answer: GraphAnswer, expected: object) -> None:
    """A page is its rows and a link that is ours; anything else is an answer."""
    assert expected == listing(answer, lambda link: link.startswith(HOME))


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        (ALICE, (SEEN,)),
        (ALICE | {"@odata.type": "#microsoft.graph.user"}, (SEEN,)),
        (ALICE | {"@odata.type": "#microsoft.graph.agentUser"}, (SEEN,)),
        (ALICE | {"@odata.type": "#microsoft.graph.someDayUser"}, (SEEN,)),
        (ALICE | {"@odata.type": 7}, (SEEN,)),
    ],
)
def test_each_row(row: dict[str, object], expected: tuple[DirectoryUser, ...]) -> None:
    """Where the URL restricts to users, every row is one, whatever its type."""
    assert Page(expected, "next") == directory_users(Page((row,), "next"))


@pytest.mark.parametrize(
    "row",
    [{"userPrincipalName": "nobody@contoso.com"}, {"id": 7, "userPrincipalName": "x@contoso.com"}, {"id": ""}, {}],
)
def test_a_row_without_an_id_stops_the_page(row: dict[str, object]) -> None:
    """Which user it is cannot be told, so it cannot be left out either."""
    assert UNREADABLE == directory_users(Page((ALICE, row), "next"))


@pytest.mark.parametrize("name", [None, "", 7, {}])
def test_a_user_without_a_name_is_a_missing_permission(name: object) -> None:
    """One is enough: from a page without names nobody can be protected."""
    answer = directory_users(Page((ALICE, {"id": "x", "userPrincipalName": name}), None))

    assert isinstance(answer, GraphAnswer)
    assert (403, True) == (answer.status, "User.Read.All" in answer.message)


@pytest.mark.parametrize(
    ("value", "expected"),
    [(0, 0), (7, 7), (None, UNREADABLE), ("7", UNREADABLE), (True, UNREADABLE), (-1, UNREADABLE), (1.5, UNREADABLE)],
)
def test_each_count(value: object, expected: object) -> None:
    """A count is a whole number, and nothing like one."""
    assert expected == counted(told(value=[], **{"@odata.count": value}))


@given(st.dictionaries(st.sampled_from(["value", "@odata.nextLink", "@odata.count"]), JSON))
def test_no_body_raises(body: dict[str, object]) -> None:
    """Any JSON gives a page or an answer."""
    page = listing(GraphAnswer(status=200, body=body), lambda link: link.startswith(HOME))

    assert isinstance(counted(GraphAnswer(status=200, body=body)), int | GraphAnswer)
    assert isinstance(page, Page | GraphAnswer)


@given(st.lists(st.dictionaries(st.sampled_from([*ALICE, "@odata.type", "userType"]), JSON)))
def test_no_row_raises(rows: list[dict[str, object]]) -> None:
    """Any JSON objects give users, or an answer."""
    assert isinstance(directory_users(Page(tuple(rows), None)), Page | GraphAnswer)


class Circle:
    """A transport to a server whose links lead back, after so many pages."""

    def __init__(self, length: int) -> None:
        self.length = length
        self.asked = 0

    def owns(self, link: str) -> bool:
        """Know every link."""
        return bool(link)

    async def ask(self, _info: object) -> GraphAnswer:
        """Lead on, and then back."""
        self.asked += 1
        return linked(f"{HOME}{self.asked % self.length}")


@pytest.mark.parametrize(("length", "asked"), [(1, 2), (2, 3), (7, 8), (10**9, 1001)])
async def test_a_link_that_leads_back_is_not_followed_for_ever(length: int, asked: int) -> None:
    """A link that was followed before ends the listing at once; one that leads on and on does after 1,000 pages."""
    circle = Circle(length)

    assert GraphAnswer(fault="endless") == await Pager(circle).rows(None)
    assert asked == circle.asked
