"""Graph's pages become rows, users and members; a row that is none of them is left out, and none raises. Pure."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from itertools import chain

from revoker.core.directory_user import DirectoryUser, directory_user
from revoker.core.graph_answer import GraphAnswer
from revoker.ports.page import Page

type Row = Mapping[str, object]

_USER, _GROUP = "#microsoft.graph.user", "#microsoft.graph.group"
# Without User.Read.All Graph lists members of groups all the same, by id only (permissions-overview).
_HIDDEN = GraphAnswer(
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
    return Page(tuple(row for row in rows if isinstance(row, dict)), link)


def directory_users(page: Page[Row]) -> Page[DirectoryUser] | GraphAnswer:
    """Return the users on a page; one without a name is a permission that is missing."""
    users = [row for row in page.rows if row.get("@odata.type", _USER) == _USER and _id(row)]
    seen = [directory_user(row) for row in users]
    found = tuple(one for one in seen if one)
    return Page(found, page.cursor) if len(found) == len(seen) else _HIDDEN


def counted(answer: GraphAnswer) -> int | GraphAnswer:
    """Return the ``@odata.count`` of a page."""
    if not answer.accepted:
        return answer
    count = answer.body.get("@odata.count")
    return count if type(count) is int and count >= 0 else GraphAnswer(fault="unreadable", request_id=answer.request_id)


@dataclass(frozen=True, slots=True)
class Members:
    """Users and groups by id, lower case."""

    users: frozenset[str] = frozenset()
    groups: frozenset[str] = frozenset()

    @classmethod
    def union(cls, found: Iterable["Members"]) -> "Members":
        """Return all of them together."""
        known = tuple(found)
        users = (one.users for one in known)
        groups = (one.groups for one in known)
        return cls(frozenset(chain.from_iterable(users)), frozenset(chain.from_iterable(groups)))


def members(rows: Iterable[Row]) -> Members:
    """Return the users and the groups among mixed rows; what tells no type may be a user, and is taken for one."""
    typed = [(row.get("@odata.type", _USER), _id(row)) for row in rows]
    return Members(
        users=frozenset(name for kind, name in typed if kind == _USER and name),
        groups=frozenset(name for kind, name in typed if kind == _GROUP and name),
    )


def _id(row: Row) -> str:
    name = row.get("id")
    return name.lower() if isinstance(name, str) else ""
