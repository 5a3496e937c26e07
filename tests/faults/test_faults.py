"""Twenty scenarios of the two hundred that `make faults` plays, each judged by the same sentences."""

from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
import pytest_asyncio
from play import play
from scenario import draw
from stage import Stage, stage
from verdict import judge

SEEDS = range(20)


class Theatre:
    """One stage for all scenarios; a new one after a failure, so that one seed's ruins are not another's."""

    def __init__(self, folder: Callable[[str], Path], log: Path) -> None:
        self._folder, self._log = folder, log
        self._life = AsyncExitStack()
        self._stage: Stage | None = None

    async def open(self) -> Stage:
        """Return the stage."""
        if self._stage is None:
            self._stage = await self._life.enter_async_context(stage(self._folder("stage"), self._log))
        return self._stage

    async def close(self) -> None:
        """End everything."""
        await self._life.aclose()
        self._stage = None


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def theatre(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Theatre]:
    """Keep one stage for the module."""
    made = Theatre(tmp_path_factory.mktemp, tmp_path_factory.mktemp("faults") / "children.log")
    yield made
    await made.close()


@pytest.mark.timeout(180)
@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize("seed", SEEDS)
async def test_nobody_is_lost(theatre: Theatre, seed: int) -> None:
    """Whatever goes wrong, every run ends, everybody is accounted for, and the directory agrees."""
    scenario = draw(seed)
    complaints = judge(scenario, await play(scenario, await theatre.open()))
    if complaints:
        await theatre.close()

    assert [] == complaints, f'make faults ARGS="--seed {seed}" plays this again: {scenario.misfortunes}'
