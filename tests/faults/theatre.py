"""A stage that is there when asked for."""

from collections.abc import Callable
from contextlib import AsyncExitStack
from pathlib import Path

from stage import Stage, stage


class Theatre:
    """The stage, and a new one after a failure, so that one seed's ruins are not another's."""

    def __init__(self, folder: Callable[[str], Path]) -> None:
        self._folder = folder
        self.log = folder("faults") / "children.log"
        self._life = AsyncExitStack()
        self._stage: Stage | None = None

    async def open(self) -> Stage:
        """Return the stage."""
        if self._stage is None:
            self._stage = await self._life.enter_async_context(stage(self._folder("stage"), self.log))
        return self._stage

    async def close(self) -> None:
        """End everything."""
        await self._life.aclose()
        self._stage = None
