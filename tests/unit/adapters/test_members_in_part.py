"""Members that a page shows in part: how many of them Graph is asked for."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, cast

import pytest

from revoker.adapters.graph.members import MemberReader
from revoker.core.graph_answer import GraphAnswer
from revoker.core.request import Priority
from revoker.ports.page import Page

if TYPE_CHECKING:
    from revoker.adapters.graph.pager import Pager
    from revoker.adapters.graph.requests import GraphRequests
    from revoker.adapters.graph.user_reader import UserReader

IDS = [f"00000000-0000-4000-8000-{number:012}" for number in range(999)]


class Users:
    """Users of whom one cannot be read."""

    def __init__(self, unreadable: str | None) -> None:
        self.unreadable = unreadable
        self.read_ids: list[str] = []

    async def read(self, names: Sequence[str], _priority: Priority) -> Mapping[str, GraphAnswer]:
        """Show each user, but for the one."""
        self.read_ids += names
        answers = {name: GraphAnswer(status=200, body={"id": name}) for name in names}
        return {name: GraphAnswer(status=429) if name == self.unreadable else answers[name] for name in names}


@pytest.mark.parametrize(("unreadable", "asked"), [(None, 999), (0, 80), (79, 80), (80, 160), (998, 999)])
async def test_a_page_stops_at_the_first_member_that_cannot_be_read(unreadable: int | None, asked: int) -> None:
    """Graph that tells to wait is not asked for the other 919: a step of 50 calls would last as long as they do."""
    users = Users(None if unreadable is None else IDS[unreadable])
    reader = MemberReader(cast("Pager", None), cast("GraphRequests", None), cast("UserReader", users))
    found = await reader.users_on(Page(tuple({"id": name} for name in IDS), None))

    assert IDS[:asked] == users.read_ids
    if unreadable is None:
        assert isinstance(found, Page)
        assert IDS == [row["id"] for row in found.rows]
    else:
        assert GraphAnswer(status=429) == found
