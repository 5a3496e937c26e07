"""More urgent users than the quota has room for, in the middle of a run: they take turns, and the run loses little."""

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
