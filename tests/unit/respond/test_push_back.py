"""Slots move back after a 429, or close to one: by how many seconds, and whose."""

from collections.abc import Mapping, Sequence

import pytest
from support.company import ALICE, CROWD, World
from support.fakes import START, FakeGraphUsers

from revoker.core.graph_answer import GraphAnswer
from revoker.core.pacing import Quota
from revoker.core.request import Priority
from revoker.respond.push_back import push_back

OTHER, OWN = "identity-a", "identity-b"
FINE = GraphAnswer(status=200, body={"value": True})


def throttled(wait: float | None, **more: object) -> GraphAnswer:
    """Return a 429."""
    return GraphAnswer(status=429, retry_after=wait, **more)  # type: ignore[arg-type]


def loaded(load: float, **more: object) -> GraphAnswer:
    """Return an answer that tells a load."""
    return GraphAnswer(status=200, body={"value": True}, load=load, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("answers", "own", "other"),
    [
        ([], 0, 0),
        ([FINE, GraphAnswer(status=503, retry_after=60)], 0, 0),
        ([loaded(1.0)], 0, 0),
        ([loaded(1.02)], 3, 0),
        ([loaded(1.5)], 5, 0),
        ([FINE, throttled(30), throttled(20)], 30, 0),
        ([throttled(None)], 1, 0),
        ([throttled(0)], 1, 0),
        ([throttled(900)], 300, 0),
        ([throttled(2), loaded(1.2)], 5, 0),
        ([throttled(2, write_limited=True), loaded(1.2)], 30, 0),
        ([throttled(2, write_limited=True), loaded(9.0)], 300, 0),
        ([throttled(60, tenant_limited=True)], 60, 60),
        ([throttled(60, tenant_limited=True), throttled(90)], 90, 60),
        ([throttled(90, tenant_limited=True), throttled(60)], 90, 90),
        ([throttled(2, tenant_limited=True, write_limited=True), loaded(1.2)], 5, 2),
        ([loaded(1.5, tenant_limited=True)], 5, 5),
    ],
)
async def test_what_answers_ask_for(answers: list[GraphAnswer], own: float, other: float) -> None:
    """The longest wait counts, 300 s at most; the tenant's own limit is every identity's."""
    world = World(identities=(OTHER, OWN))
    await push_back(iter(answers), OWN, world.ledger, world.pool, START)
    paces = await world.ledger.paces()
    found = {name: paces.of_identity(name, world.pool) for name in (OWN, OTHER)}

    assert {OWN: own, OTHER: other} == {name: pytest.approx(pace.shifted) for name, pace in found.items()}
    held = {name: pace.held_until - START.timestamp() if pace.held_until else 0.0 for name, pace in found.items()}
    assert {OWN: own, OTHER: other} == {name: pytest.approx(seconds) for name, seconds in held.items()}
    assert other == pytest.approx(paces.tenant.shifted)


async def test_answers_that_ask_for_nothing_write_nothing() -> None:
    """One row holds the paces of all workers: it is not moved for every batch."""
    world = World()

    async def move_paces(_: object) -> None:
        raise AssertionError

    world.ledger.move_paces = move_paces  # type: ignore[assignment,method-assign]
    await push_back([FINE, loaded(0.9)], "", world.ledger, world.pool, START)


class SlowUsers(FakeGraphUsers):
    """A directory that takes twenty seconds to say that half a minute is to be waited."""

    async def revoke(
        self, _names: Sequence[str], _priority: Priority, _identity: str = ""
    ) -> Mapping[str, GraphAnswer]:
        """Refuse."""
        await self._clock.sleep(20)
        return {ALICE.id: throttled(30, write_limited=True)}


async def test_the_wait_begins_with_the_answer() -> None:
    """What comes within half a minute of it would be refused, however long the call took."""
    world = World()
    slow = SlowUsers(world.clock, ALICE)
    world.graph_users.revoke = slow.revoke  # type: ignore[method-assign]
    await world.start(ALICE.id)
    await world.step()
    held_until = (await world.ledger.paces()).of_identity("", world.pool).held_until

    # The batch's own turn is then, and the next one's when its write has come back: 0.05 s later.
    assert pytest.approx(50.05) == held_until - START.timestamp()
    assert 50 == (world.clock.now() - START).total_seconds() + 30


async def shifted_by_refusals(times: int) -> float:
    """Return by how many seconds slots have shifted when an urgent batch was told so often to wait a second."""
    world = World()
    for user in CROWD[:20]:
        world.graph_users.scripts[user.id] = [throttled(1, write_limited=True)] * times
    await world.start(*(user.id for user in CROWD[:20]), priority=Priority.URGENT)
    await world.play()
    return (await world.ledger.paces()).of_identity("", world.pool).shifted


async def test_an_urgent_batch_that_is_told_to_wait_for_long_is_charged_once() -> None:
    """Whether its 429 is taken for the quota's or not: 40 refusals shift no slot further than four."""
    assert pytest.approx(await shifted_by_refusals(4)) == await shifted_by_refusals(40)


async def test_a_user_that_is_always_told_to_wait_holds_nobody_up_for_long() -> None:
    """Three of its answers are taken for the quota's; then the others go on, and it alone waits."""
    world = World(quota=Quota(burst=40, rate=2, reserve=0.1))
    stubborn = CROWD[45].id
    world.graph_users.scripts[stubborn] = [throttled(60, write_limited=True)] * 50
    run = await world.start(*(user.id for user in CROWD[:100]), priority=Priority.BULK)
    await world.play()
    called = {user.key: user.called_at for user in await world.users(run) if user.called_at}
    last = max(at for key, at in called.items() if key != stubborn)

    assert 100 == len(called)
    assert (last - START).total_seconds() <= (100 - 40) / 2 + 3 * 66 + 10
    assert (called[stubborn] - START).total_seconds() >= 50 * 60
