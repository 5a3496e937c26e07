"""Graph's pages become rows, users and members; nothing a server can send raises."""

import pytest
from hypothesis import given, strategies as st
from support.strategies import JSON

from revoker.adapters.graph.listing import Members, counted, directory_users, listing, members
from revoker.adapters.graph.pager import Pager
from revoker.core.directory_user import DirectoryUser
from revoker.core.graph_answer import GraphAnswer
from revoker.ports.page import Page

HOME = "https://graph.microsoft.com/"
ALICE = {"id": "A-1", "userPrincipalName": "alice@contoso.com"}
SEEN = DirectoryUser("a-1", "alice@contoso.com", external_reason=None, sessions_valid_from=None)
GROUP = "#microsoft.graph.group"
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
        (told(value=[None, 7, "x", [], ALICE]), Page((ALICE,), None)),
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
        (ALICE | {"@odata.type": GROUP}, ()),
        ({"@odata.type": "#microsoft.graph.device", "id": "x"}, ()),
        ({"userPrincipalName": "nobody@contoso.com"}, ()),
        ({"id": 7, "userPrincipalName": "nobody@contoso.com"}, ()),
        ({"id": ""}, ()),
    ],
)
def test_each_row(row: dict[str, object], expected: tuple[DirectoryUser, ...]) -> None:
    """Users are kept, and whatever is none is left out."""
    assert Page(expected, "next") == directory_users(Page((row,), "next"))


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


def test_members_are_users_and_groups() -> None:
    """By type; a row without one may be a user, and things are nobody."""
    rows = [
        {"@odata.type": "#microsoft.graph.user", "id": "U-1"},
        {"id": "u-2"},
        {"@odata.type": GROUP, "id": "G-1"},
        {"@odata.type": "#microsoft.graph.servicePrincipal", "id": "s-1"},
        {"@odata.type": GROUP, "id": None},
        {"@odata.type": ["x"], "id": "x"},
        {},
    ]

    assert Members(frozenset({"u-1", "u-2"}), frozenset({"g-1"})) == members(rows)


@given(st.dictionaries(st.sampled_from(["value", "@odata.nextLink", "@odata.count"]), JSON))
def test_no_body_raises(body: dict[str, object]) -> None:
    """Any JSON gives a page or an answer."""
    page = listing(GraphAnswer(status=200, body=body), lambda link: link.startswith(HOME))

    assert isinstance(counted(GraphAnswer(status=200, body=body)), int | GraphAnswer)
    assert isinstance(page, Page | GraphAnswer)


@given(st.lists(st.dictionaries(st.sampled_from([*ALICE, "@odata.type", "userType"]), JSON)))
def test_no_row_raises(rows: list[dict[str, object]]) -> None:
    """Any JSON objects give users, members, or a missing permission."""
    assert isinstance(directory_users(Page(tuple(rows), None)), Page | GraphAnswer)
    assert isinstance(members(rows), Members)


class Circle:
    """A line to a server whose next page is always the same."""

    def owns(self, link: str) -> bool:
        """Know every link."""
        return bool(link)

    async def ask(self, _info: object) -> GraphAnswer:
        """Lead back."""
        return linked(HOME)


async def test_a_link_that_leads_back_is_not_followed_for_ever() -> None:
    """A listing that is read to its end has one."""
    assert GraphAnswer(fault="endless") == await Pager(Circle()).rows(None)
