"""Fifty worlds in virtual time, in which everything that can die does; `make simulate` plays thousands."""

import asyncio
import gc
from collections.abc import Iterator

import pytest
from judgement import judge
from simulation import play

# A job that died before it began was never awaited.
pytestmark = [
    pytest.mark.filterwarnings("ignore:coroutine .* was never awaited:RuntimeWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]


@pytest.fixture(autouse=True)
def swept() -> Iterator[None]:
    """Leave nothing of the dead to be found while another test runs."""
    yield
    gc.collect()


@pytest.mark.parametrize("seed", range(50))
def test_no_user_is_lost_in_any_world(seed: int) -> None:
    """Whatever dies, stands still, is lost or comes twice: every run ends, and every user is accounted for."""

    async def wrong() -> list[str]:
        made, asks = await play(seed)
        return await judge(made, asks)

    assert [] == asyncio.run(wrong()), f'make simulate ARGS="--seed {seed}" plays this again'
