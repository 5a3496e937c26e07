"""Graph's pages become rows, and rows become users. A row that cannot be read stops the page, and none raises. Pure."""

from collections.abc import Callable, Mapping

from revoker.adapters.graph.json_values import text_of
from revoker.core.directory_user import DirectoryUser, directory_user
from revoker.core.graph_answer import GraphAnswer
from revoker.ports.page import Page

type Row = Mapping[str, object]

UNREADABLE = GraphAnswer(fault="unreadable")
# Without User.Read.All Graph lists members of groups all the same, by id only (docs/graph-facts.md#listing-users).
_NAMELESS = GraphAnswer(
    status=403,
    body={"error": {"code": "Authorization_RequestDenied", "message": "Users are listed without names: User.Read.All"}},
)


def listing(answer: GraphAnswer, owns: Callable[[str], bool]) -> Page[Row] | GraphAnswer:
    """Return the rows of a page and the link to the next, which ``owns`` must know: a token goes with it."""
    if not answer.accepted:
        return answer
    rows, link = answer.body.get("value"), answer.body.get("@odata.nextLink") or None
    if not isinstance(rows, list) or not isinstance(link, str | None):
        return GraphAnswer(fault="unreadable", request_id=answer.request_id)
    if link and not owns(link):
        return GraphAnswer(fault="foreign_link", request_id=answer.request_id)
    if not all(isinstance(row, dict) for row in rows):
        return GraphAnswer(fault="unreadable", request_id=answer.request_id)
    return Page(tuple(rows), link)


def directory_users(page: Page[Row]) -> Page[DirectoryUser] | GraphAnswer:
    """Return the users on a page that the URL restricts to users: each row is one, whatever its type says.

    Agent users are users of a derived type (docs/graph-facts.md#listing-users). A row without an id is not read, and a
    user without a name is a permission that is missing: either stops the page, for nothing may be left out unsaid.
    """
    users: list[DirectoryUser] = []
    for row in page.rows:
        if not object_id_of(row):
            return UNREADABLE
        seen = directory_user(row)
        if seen is None:
            return _NAMELESS
        users.append(seen)
    return Page(tuple(users), page.cursor)


def ids_of(rows: tuple[Row, ...]) -> frozenset[str] | GraphAnswer:
    """Return the ids of rows, of which each must have one."""
    ids = frozenset(map(object_id_of, rows))
    if "" in ids:
        return UNREADABLE
    return ids


def counted(answer: GraphAnswer) -> int | GraphAnswer:
    """Return the ``@odata.count`` of a page."""
    if not answer.accepted:
        return answer
    count = answer.body.get("@odata.count")
    if type(count) is not int or count < 0:
        return GraphAnswer(fault="unreadable", request_id=answer.request_id)
    return count


def object_id_of(row: Row) -> str:
    """Return a row's id in lower case; empty where it has none."""
    return text_of(row.get("id")).lower()
