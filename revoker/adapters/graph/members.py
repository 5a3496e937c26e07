"""The users in a group, however deep, by a plain query.

A cast to users would leave out what is none, and is an advanced query: it is answered from an index that may not know a
member of the last minutes, and Azure AD B2C refuses it (docs/graph-facts.md#groups-and-roles). An intruder that was
just added to a group must not be missing from a run over it, nor a colleague from the group that a run excludes. The
plain query lists members of every type, and tells each one's type.
"""

from collections.abc import Mapping, Sequence
from itertools import batched

from revoker.adapters.graph.listing import Row, ids_of, object_id_of
from revoker.adapters.graph.pager import Pager
from revoker.adapters.graph.principals import USER_TYPES
from revoker.adapters.graph.requests import GraphRequests
from revoker.adapters.graph.user_reader import UserReader
from revoker.core.directory_user import SELECT
from revoker.core.graph_answer import GraphAnswer
from revoker.core.request import Priority
from revoker.ports.page import Page

# A member of a type that is not known is not passed over: it may be a user, which reading it tells.
_NO_USERS = frozenset(
    {
        "#microsoft.graph.group",
        "#microsoft.graph.device",
        "#microsoft.graph.orgContact",
        "#microsoft.graph.servicePrincipal",
        "#microsoft.graph.agentIdentity",
        "#microsoft.graph.agentIdentityBlueprintPrincipal",
    }
)
# Four calls. A page of 999 members takes 50 of them: if Graph hangs, or tells to wait, the first four tell it.
_READ_AT_ONCE = 80
# Without them it cannot be told where a user signs in, nor since when the sessions are valid.
_TELLING = ("identities", "signInSessionsValidFromDateTime")


class MemberReader:
    """Asks which users are in a group."""

    def __init__(self, pager: Pager, requests: GraphRequests, users: UserReader) -> None:
        self._pager = pager
        self._requests = requests
        self._users = users

    async def first_page(self, group: str) -> Page[Row] | GraphAnswer:
        """Return the first page of members: their ids at least."""
        found = await self._pager.page(self._requests.members_of(group, SELECT))
        if isinstance(found, GraphAnswer) and found.status == 400:
            # Whether properties that only users have may be selected here is undocumented; the id may.
            return await self._pager.page(self._requests.members_of(group, ["id"]))
        return found

    async def users_on(self, page: Page[Row]) -> Page[Row] | GraphAnswer:
        """Return the users on a page of members; one that the page shows in part is read by its id.

        Stopped by the first user that cannot be read: nothing may be left out unsaid.
        """
        rows = users_among(page.rows)
        in_part = [object_id_of(row) for row in rows if object_id_of(row) and not _is_whole(row)]
        read = await self._read(in_part)
        whole: list[Row] = []
        for row in rows:
            answer = read.get(object_id_of(row))
            if answer is None:
                whole.append(row)
            elif answer.accepted:
                whole.append(answer.body)
            elif not answer.says_no_such_user:
                return answer
            elif row.get("@odata.type") in {None, *USER_TYPES}:  # deleted a moment ago, or not at this replica yet
                return GraphAnswer(fault="not_replicated", request_id=answer.request_id)
        return Page(tuple(whole), page.cursor)

    async def _read(self, ids: Sequence[str]) -> Mapping[str, GraphAnswer]:
        """Read users by id, in order, until one cannot be read."""
        read: dict[str, GraphAnswer] = {}
        for some in batched(ids, _READ_AT_ONCE, strict=False):
            answers = await self._users.read(some, Priority.BULK)
            read |= answers
            if not all(answer.accepted or answer.says_no_such_user for answer in answers.values()):
                break
        return read

    async def ids(self, group: str) -> frozenset[str] | GraphAnswer:
        """Return the ids of the users in a group."""
        rows = await self._pager.rows(self._requests.members_of(group, ["id"]))
        if isinstance(rows, GraphAnswer):
            return rows
        return ids_of(users_among(rows))


def users_among(rows: Sequence[Row]) -> tuple[Row, ...]:
    """Return the rows that may be users."""
    return tuple(row for row in rows if str(row.get("@odata.type")) not in _NO_USERS)


def _is_whole(row: Row) -> bool:
    """Whether a row shows a user's name and what tells; a value may be null, but its name must be there."""
    return bool(row.get("userPrincipalName")) and all(name in row for name in _TELLING)
