"""Reads users by name, twenty a call."""

import asyncio
from collections.abc import Mapping, Sequence
from itertools import batched

from revoker.adapters.graph.batch import GraphBatch
from revoker.adapters.graph.user_urls import items, user_url
from revoker.core.batch import MOST_IN_BATCH
from revoker.core.graph_answer import GraphAnswer
from revoker.core.request import Priority

# Four calls of twenty at once: 10,000 named users are 500 calls, and other runs read at the same time.
_BATCHES_AT_ONCE = 4


class UserReader:
    """Asks Graph what it shows of each user."""

    def __init__(self, batch: GraphBatch) -> None:
        self._batch = batch
        self._limit = asyncio.Semaphore(_BATCHES_AT_ONCE)

    async def read(self, names: Sequence[str], priority: Priority) -> Mapping[str, GraphAnswer]:
        """Return an answer for each name."""
        found: dict[str, GraphAnswer] = {}
        groups = batched(names, MOST_IN_BATCH, strict=False)
        for answers in await asyncio.gather(*(self._post(group, priority) for group in groups)):
            found.update(answers)
        return found

    async def _post(self, names: Sequence[str], priority: Priority) -> Mapping[str, GraphAnswer]:
        async with self._limit:
            return await self._batch.post(items("GET", names, user_url), priority)
