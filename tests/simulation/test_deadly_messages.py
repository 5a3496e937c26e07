"""One batch kills its worker at every delivery: it must not take along the others that are in flight with it."""

import asyncio
from collections import Counter
from datetime import timedelta

import pytest
from deadly import IN_FLIGHT, KILLER, play
from support.company import CROWD
from support.fakes import START

from revoker.core.run import State


@pytest.mark.parametrize("seed", range(20))
def test_a_killer_dies_alone(seed: int) -> None:
    """Within a quarter of an hour the killer's users are abandoned and all others verified."""

    async def outcome() -> tuple[dict[str, int], set[str], dict[State | None, int], bool]:
        made, runs = await play(seed, timedelta(minutes=15))
        users = [user for run in runs for user in await made.world.users(run)]
        abandoned = {user.requested_as for user in users if user.outcome.value == "abandoned"}
        ends = Counter([(await made.world.ended(run)).finished_as for run in runs])
        in_time = made.time.now() - START < timedelta(minutes=15)
        return Counter(user.outcome.value for user in users), abandoned, ends, in_time

    counts, abandoned, ends, in_time = asyncio.run(outcome())
    alone = {user.id for user in CROWD[::IN_FLIGHT]}

    assert KILLER.id in abandoned
    assert {"verified": len(CROWD) - len(alone), "abandoned": len(alone)} == counts
    assert alone == abandoned
    assert {State.COMPLETED: IN_FLIGHT - 1, State.COMPLETED_WITH_FAILURES: 1} == ends
    assert in_time
