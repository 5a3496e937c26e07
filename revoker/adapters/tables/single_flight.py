"""One reading for all callers of the same moment: sixteen batches of a run begin together and ask for the same run."""

import asyncio
from collections.abc import Callable, Coroutine


class SingleFlight[K, V]:
    """Reads by key. A caller that asks while a reading is under way gets its result, as old as that reading's start."""

    def __init__(self, read: Callable[[K], Coroutine[None, None, V]]) -> None:
        self._read = read
        self._under_way: dict[K, asyncio.Task[V]] = {}

    async def read(self, key: K) -> V:
        """Return the result, or raise what reading raised; a caller that is cancelled does not stop the others."""
        reading = self._under_way.get(key)
        if reading is None:
            reading = self._under_way[key] = asyncio.create_task(self._read(key))
            reading.add_done_callback(lambda _: self._under_way.pop(key))
        return await asyncio.shield(reading)
