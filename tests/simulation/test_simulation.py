"""Fifty worlds in virtual time, in which everything that can die does; `make simulate` plays thousands."""

import asyncio

import pytest
from judgement import judge
from simulation import play


@pytest.mark.parametrize("seed", range(50))
def test_no_user_is_lost_in_any_world(seed: int) -> None:
    """Whatever dies, stands still, is lost or comes twice: every run ends, and every user is accounted for."""

    async def wrong() -> list[str]:
        made, asks = await play(seed)
        return await judge(made, asks)

    assert [] == asyncio.run(wrong()), f'make simulate ARGS="--seed {seed}" plays this again'
