"""The users in a group, however deep: by a cast to users, or without it where the directory refuses the cast.

The cast is an advanced query, which Azure AD B2C refuses with 400 (docs/graph-facts.md#listing-users). The plain query
lists members of every type, and tells each one's type.
"""

from collections.abc import Sequence

from revoker.adapters.graph.listing import Row, ids_of
from revoker.adapters.graph.pager import Pager
from revoker.adapters.graph.requests import GraphRequests
from revoker.core.graph_answer import GraphAnswer
from revoker.ports.page import Page

# A member of a type that is not known is not passed over: it may be a user.
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


class MemberReader:
    """Asks which users are in a group."""

    def __init__(self, pager: Pager, requests: GraphRequests) -> None:
        self._pager = pager
        self._requests = requests

    async def first_page(self, group: str, select: Sequence[str]) -> Page[Row] | GraphAnswer:
        """Return the first page of members; those that are no users are still to be left out."""
        found = await self._pager.page(self._requests.users_in(group, select))
        if isinstance(found, GraphAnswer) and found.status == 400:
            return await self._pager.page(self._requests.members_of(group, select))
        return found

    async def ids(self, group: str) -> frozenset[str] | GraphAnswer:
        """Return the ids of the users in a group."""
        rows = await self._pager.rows(self._requests.users_in(group, ["id"]))
        if isinstance(rows, GraphAnswer) and rows.status == 400:
            rows = await self._pager.rows(self._requests.members_of(group, ["id"]))
        if isinstance(rows, GraphAnswer):
            return rows
        return ids_of(users_among(rows))


def users_among(rows: Sequence[Row]) -> tuple[Row, ...]:
    """Return the rows that may be users."""
    return tuple(row for row in rows if str(row.get("@odata.type")) not in _NO_USERS)
