"""Answers that get lost: the writes may have been counted, so they are missing from what later batches may use."""

from collections.abc import Mapping, Sequence
from datetime import timedelta

import pytest
from support.company import CROWD, World
from support.fakes import START
from support.metered_users import MeteredUsers, metered

from revoker.core.graph_answer import GraphAnswer
from revoker.core.message import Queue
from revoker.core.pacing import Quota
from revoker.core.pool import UNNAMED
from revoker.core.request import Priority, Scope

SMALL = Quota(burst=100, rate=5, reserve=0.1)
BATCH = 20 / SMALL.rate  # seconds in which the writes of one batch come back
EVERYBODY = Scope(all_users=True)


class LossyUsers(MeteredUsers):
    """A directory whose first answer to every batch is another one than what it did."""

    first = GraphAnswer()

    async def revoke(
        self, names: Sequence[str], priority: Priority, identity: str = UNNAMED
    ) -> Mapping[str, GraphAnswer]:
        """Do what is asked, and tell of it from the second time on."""
        again = next(iter(names)) in self.revoked
        answers = await super().revoke(names, priority, identity)
        return answers if again else dict.fromkeys(names, self.first)


def lossy(world: World, first: GraphAnswer) -> LossyUsers:
    """Return the lossy directory of a world."""
    users = metered(world, LossyUsers)
    assert isinstance(users, LossyUsers)
    users.first = first
    return users


@pytest.mark.parametrize("identities", [(UNNAMED,), ("a", "b", "c")])
@pytest.mark.parametrize(
    "first",
    [
        *(GraphAnswer(fault=fault) for fault in ("connection", "timeout", "missing", "unreadable")),
        *(GraphAnswer(status=status) for status in (404, 408, 500, 502)),
    ],
)
async def test_lost_writes_are_charged(first: GraphAnswer, identities: tuple[str, ...]) -> None:
    """Every batch is written twice, and hardly a write comes before its bucket has room for it."""
    world = World(quota=SMALL, identities=identities)
    users = lossy(world, first)
    run = await world.start(scope=EVERYBODY)
    await world.play()
    bound = (2 * len(CROWD) / len(identities) - SMALL.burst) / SMALL.rate

    assert {"verified"} == {user.outcome for user in await world.users(run)}
    assert 2 * len(CROWD) == len(users.revoked)
    # A retry does not wait until the others have shifted for it. Uncharged, the last batches came up to 58 s too early.
    assert users.most_early < BATCH
    assert bound - BATCH <= (users.last - START).total_seconds() <= 1.1 * bound + 30


@pytest.mark.parametrize(
    "answer",
    [
        GraphAnswer(status=503, outer=True),
        GraphAnswer(status=504),
        GraphAnswer(fault="no_token", outer=True),
        GraphAnswer(fault="protection_unknown"),
    ],
)
async def test_calls_that_do_not_count_shift_nobody(answer: GraphAnswer) -> None:
    """Graph does not count a 503 or 504, and a call that was never made cannot be counted."""
    world = World(quota=SMALL)
    lossy(world, answer)
    await world.start(scope=EVERYBODY)
    await world.play()
    paces = await world.ledger.paces()

    assert 0.0 == paces.of[UNNAMED].shifted


async def test_a_batch_told_to_wait_waits_once() -> None:
    """Graph asks for 60 s: the batch comes after 60 to 66 s, and those behind it shift by 60 s and its writes."""
    world = World(quota=SMALL)
    users = lossy(world, GraphAnswer(status=429, retry_after=60, write_limited=True))
    await world.start(*(user.id for user in CROWD[:20]), priority=Priority.BULK)
    await world.play()
    paces = await world.ledger.paces()

    assert START + timedelta(seconds=60) <= users.last <= START + timedelta(seconds=67)
    assert 60 + BATCH == pytest.approx(paces.of[UNNAMED].shifted)


async def test_what_a_dead_worker_may_have_written_is_charged_once() -> None:
    """Its batch writes again beside the reserved slots, which shift by 20 writes: 4 seconds."""
    world = World(quota=SMALL)
    await world.start(scope=EVERYBODY)
    await world.step()
    queue, message = next((queue, mail) for queue, mail, _ in world.outbox.take() if queue is Queue.BULK)
    await world.deliver(queue, message, deliveries=2)
    [(queue, message, delay)] = world.outbox.take()
    world.clock.moment += delay
    for _ in range(2):
        await world.deliver(queue, message)
        paces = await world.ledger.paces()

        assert BATCH == pytest.approx(paces.of[UNNAMED].shifted)
