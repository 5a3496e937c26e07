"""More urgent users than the quota has room for, in the middle of a run: they take turns, and the run loses little."""

import asyncio
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import timedelta

import pytest
from support.company import CROWD, World
from support.fakes import START
from support.metered_users import MeteredUsers, metered

from revoker.core.graph_answer import GraphAnswer
from revoker.core.message import Mail, Queue
from revoker.core.pacing import Quota
from revoker.core.request import Priority

SMALL = Quota(burst=40, rate=2, reserve=0.1)
BULK, URGENT = CROWD[:200], CROWD[200:]
BATCH = 20 / SMALL.rate


class StrictUsers(MeteredUsers):
    """A directory that answers 429 to a batch that its bucket has no room for, as Graph does."""

    def __init__(self, *args: object) -> None:
        super().__init__(*args)  # type: ignore[arg-type]
        self.refusals: Counter[str] = Counter()

    async def revoke(self, names: Sequence[str], priority: Priority, identity: str = "") -> Mapping[str, GraphAnswer]:
        """Refuse the whole batch, or revoke it."""
        wait = self._buckets[identity].wait(len(names), self._clock.now().timestamp())
        if wait:
            self.refusals[names[0]] += 1
            return dict.fromkeys(names, GraphAnswer(status=429, retry_after=wait, write_limited=True))
        return await super().revoke(names, priority, identity)


class BusyWorld(World):
    """A world in which 100 urgent users come in five runs, five seconds after the start."""

    came = False

    async def deliver(self, queue: Queue, message: Mail, deliveries: int = 1) -> None:
        """Deliver, and let the urgent users come before the first message of that time."""
        if not self.came and self.clock.moment > START + timedelta(seconds=5):
            self.came = True
            for first in range(0, len(URGENT), 20):
                await self.start(*(user.id for user in URGENT[first : first + 20]))
        await super().deliver(queue, message, deliveries)


@pytest.mark.parametrize("identities", [("a",), ("a", "b", "c")])
async def test_batches_that_are_refused_together_take_turns(identities: tuple[str, ...]) -> None:
    """Each is refused once by an identity at most, and no write is charged so often that the run stands still."""
    world = BusyWorld(quota=SMALL, identities=identities)
    users = metered(world, StrictUsers)
    assert isinstance(users, StrictUsers)
    await world.start(*(user.id for user in BULK), priority=Priority.BULK)
    await world.play()
    size = len(identities)
    bound = (len(CROWD) - size * SMALL.burst) / (size * SMALL.rate)

    assert Counter(user.id for user in CROWD) == Counter(users.revoked)
    assert max(users.refusals.values()) <= size
    assert (users.last - START).total_seconds() <= bound + 3 * BATCH


class TogetherUsers(StrictUsers):
    """A directory that answers its first eight calls at the same moment, when all of them have come."""

    def __init__(self, *args: object) -> None:
        super().__init__(*args)
        self.came = 0
        self.accepted_at: list[float] = []

    async def revoke(self, names: Sequence[str], priority: Priority, identity: str = "") -> Mapping[str, GraphAnswer]:
        """Refuse the whole batch, or revoke it."""
        answers = await super().revoke(names, priority, identity)
        self.came += 1
        while self.came < 8:  # noqa: ASYNC110 - the others come in this loop
            await asyncio.sleep(0)
        if answers[names[0]].accepted:
            self.accepted_at.append((self._clock.now() - START).total_seconds())
        return answers


async def test_batches_that_are_refused_at_the_same_moment_come_one_after_another() -> None:
    """A turn that was given does not move for those that are given after it: eight do not come in the eighth second."""
    world = World(quota=Quota(burst=200, rate=20, reserve=0.1))
    users = metered(world, TogetherUsers)
    assert isinstance(users, TogetherUsers)
    bucket = users._buckets[""]
    bucket.wait(0, START.timestamp())
    bucket.take(200)  # another application of the same identity was faster
    await world.start(*(user.id for user in CROWD[:160]), priority=Priority.BULK)
    await asyncio.gather(*(world.deliver(queue, message) for queue, message, _ in world.outbox.take()))
    await world.play()

    assert pytest.approx(list(range(1, 9))) == users.accepted_at
    assert 8 == users.refusals.total()
