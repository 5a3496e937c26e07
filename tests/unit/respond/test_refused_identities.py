"""A batch that one identity refused goes from one to the next, whatever becomes of the pool, and comes to an end."""

from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

import pytest
from support.company import ALICE, World
from support.fakes import START

from revoker.core.graph_answer import GraphAnswer
from revoker.core.request import Priority

A, B, C = (f"{letter * 8}-1111-4111-8111-111111111111" for letter in "abc")
FORBIDDEN = GraphAnswer(status=403, request_id="q")
THROTTLED = GraphAnswer(status=429, retry_after=60, write_limited=True)


class Calls:
    """When each identity called Graph, in seconds; after so many calls nothing is refused any more."""

    def __init__(self, world: World, most: int) -> None:
        self._world, self._most, self._revoke = world, most, world.graph_users.revoke
        self.made: list[tuple[float, str]] = []
        world.graph_users.revoke = self.revoke  # type: ignore[method-assign]

    async def revoke(self, names: list[str], priority: Priority, identity: str = "") -> object:
        """Note the call, then revoke."""
        self.made.append(((self._world.clock.now() - START).total_seconds(), identity))
        if len(self.made) > self._most:
            self._world.graph_users.refused.clear()
        return await self._revoke(names, priority, identity)

    def of(self, identity: str) -> list[float]:
        """Return the moments of one identity's calls."""
        return [at for at, name in self.made if name == identity]


def let_work(world: World, *identities: str) -> None:
    """Change the pool during a run."""
    pool = replace(world.pool, identities=identities)
    world.tools = replace(world.tools, policy=replace(world.tools.policy, pool=pool))


@pytest.mark.parametrize("priority", list(Priority))
async def test_an_identity_told_to_wait_is_not_hurried_because_another_is_refused(priority: Priority) -> None:
    """A may not revoke, B is told to wait a minute: B is called once a minute, and A not again."""
    world = World(identities=(A, B))
    world.graph_users.refused = {A: FORBIDDEN, B: THROTTLED}
    calls = Calls(world, most=6)
    run = await world.start(ALICE.id, priority=priority)
    await world.play()
    moments = calls.of(B)

    assert {"verified"} == set((await world.outcomes(run)).values())
    assert 1 == len(calls.of(A))
    assert all(after - before >= 60 for before, after in pairwise(moments))
    assert {A} == set((await world.ledger.paces()).aside)


@pytest.mark.parametrize("priority", list(Priority))
@pytest.mark.parametrize(
    ("before", "refused", "after"), [((A, B), (A,), (A,)), ((A, B, C), (A, B), (A, B))], ids=["to one", "to two"]
)
async def test_the_pool_shrinks_to_identities_that_refused_the_batch(
    before: tuple[str, ...], refused: tuple[str, ...], after: tuple[str, ...], priority: Priority
) -> None:
    """The batch was on its way to the last identity, which leaves: those that are left are asked once more."""
    world = World(identities=before)
    world.graph_users.refused = dict.fromkeys(refused, FORBIDDEN)
    run = await world.start(ALICE.id, priority=priority)
    for _ in refused:
        await world.step()
    world.graph_users.refused.clear()
    let_work(world, *after)
    let_time_pass_at_each_look(world)
    await world.play()

    assert {"verified"} == set((await world.outcomes(run)).values())
    assert len(refused) + 1 == len(world.graph_users.called_as)
    assert set(refused) - {A} == set((await world.ledger.paces()).aside)
    assert world.clock.moment < START + timedelta(minutes=5)


@pytest.mark.parametrize("priority", list(Priority))
async def test_the_pool_shrinks_to_an_identity_that_still_refuses(priority: Priority) -> None:
    """Then there is no other to ask, and the users end as with one identity."""
    world = World(identities=(A, B))
    world.graph_users.refused[A] = FORBIDDEN
    run = await world.start(ALICE.id, priority=priority)
    await world.step()
    let_work(world, A)
    let_time_pass_at_each_look(world)
    await world.play()

    assert {"refused"} == set((await world.outcomes(run)).values())
    assert [A, A] == world.graph_users.called_as


def let_time_pass_at_each_look(world: World) -> None:
    """Let a millisecond pass whenever the time is read, as it does; after 2,000 of them a worker goes in circles."""
    read, looks = world.clock.now, iter(range(2000))

    def now() -> object:
        next(looks)
        world.clock.moment += timedelta(milliseconds=1)
        return read()

    world.clock.now = now  # type: ignore[assignment,method-assign]
