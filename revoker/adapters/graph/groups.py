"""Groups by id and by display name, with whether their membership is hidden or computed by a rule."""

import asyncio
from collections.abc import Mapping, Sequence
from itertools import batched
from urllib.parse import quote

from revoker.adapters.graph.batch import GraphBatch, Item
from revoker.adapters.graph.listing import UNREADABLE, Row, object_id_of
from revoker.adapters.graph.pager import Pager
from revoker.adapters.graph.requests import GROUP_COLUMNS, GraphRequests
from revoker.core.batch import MOST_IN_BATCH
from revoker.core.graph_answer import GraphAnswer
from revoker.core.request import Priority
from revoker.ports.graph import Group


class GroupReader:
    """Asks Graph about groups."""

    def __init__(self, batch: GraphBatch, pager: Pager, requests: GraphRequests) -> None:
        self._batch = batch
        self._pager = pager
        self._requests = requests

    async def read(self, ids: Sequence[str]) -> Mapping[str, Group | GraphAnswer]:
        """Return groups by id, 20 a call."""
        found: dict[str, Group | GraphAnswer] = {}
        chunks = batched(dict.fromkeys(ids), MOST_IN_BATCH, strict=False)
        for answers in await asyncio.gather(*(self._post(chunk) for chunk in chunks)):
            for name, answer in answers.items():
                found[name] = _group(answer)
        return found

    async def find(self, name: str, most: int) -> tuple[Group, ...] | GraphAnswer:
        """Return at most so many groups with a display name."""
        page = await self._pager.page(self._requests.groups_named(name, most))
        if isinstance(page, GraphAnswer):
            return page
        return tuple(map(_of_row, page.rows))

    async def _post(self, ids: Sequence[str]) -> Mapping[str, GraphAnswer]:
        columns = ",".join(GROUP_COLUMNS)
        items = [Item(name, "GET", f"/groups/{quote(name, safe='')}?$select={columns}") for name in ids]
        return await self._batch.post(items, Priority.BULK)


def _group(answer: GraphAnswer) -> Group | GraphAnswer:
    if not answer.accepted:
        return answer
    if not object_id_of(answer.body):
        return UNREADABLE
    return _of_row(answer.body)


def _of_row(row: Row) -> Group:
    kinds = row.get("groupTypes")
    return Group(
        object_id_of(row),
        str(row.get("displayName")),
        hidden=_word(row.get("visibility")) == "hiddenmembership",
        computed=isinstance(kinds, list) and "dynamicmembership" in map(_word, kinds),
        paused=_word(row.get("membershipRuleProcessingState")) == "paused",
    )


def _word(value: object) -> str:
    return str(value).lower()
