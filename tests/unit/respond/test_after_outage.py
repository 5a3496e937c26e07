"""The app stood still in the middle of a run: what is late is not written all at once."""

from collections import Counter
from datetime import timedelta

import pytest
from support.company import CROWD, World
from support.fakes import START
from support.metered_users import metered

from revoker.core.message import Mail, Queue
from revoker.core.pacing import Quota
from revoker.core.pool import UNNAMED
from revoker.core.request import Priority, Scope
from revoker.respond.recover.heal import heal

SMALL = Quota(burst=100, rate=5, reserve=0.1)
BATCH = 20 / SMALL.rate


class StillWorld(World):
    """A world that stands still for some time, 15 seconds after its start."""

    still = timedelta(0)
    stood = False

    async def deliver(self, queue: Queue, message: Mail, deliveries: int = 1) -> None:
        """Deliver, the first message after the pause as well."""
        if not self.stood and self.clock.moment > START + timedelta(seconds=15):
            self.stood = True
            self.clock.moment += self.still
        await super().deliver(queue, message, deliveries)


@pytest.mark.parametrize("identities", [(UNNAMED,), ("a", "b", "c")])
@pytest.mark.parametrize("still", [0, 10, 19, 30, 200, 4000])
async def test_late_batches_keep_to_the_quota(still: int, identities: tuple[str, ...]) -> None:
    """However long the app stood still, each user is revoked once, and no call finds its bucket empty."""
    world = StillWorld(quota=SMALL, identities=identities)
    world.still = timedelta(seconds=still)
    users = metered(world)
    run = await world.start(scope=Scope(all_users=True))
    await world.play()
    alone = (len(CROWD) / len(identities) - SMALL.burst) / SMALL.rate

    assert {"verified"} == {user.outcome for user in await world.users(run)}
    assert {1} == set(Counter(users.revoked).values())
    assert users.most_early < BATCH
    # What is left is written as fast as the bucket allows: standing still costs its own time, and no more.
    assert (users.last - START).total_seconds() <= max(alone, 15) + still + 2 * BATCH


@pytest.mark.parametrize("identities", [(UNNAMED,), ("a", "b", "c")])
async def test_lost_messages_that_are_found_together_keep_to_the_quota(identities: tuple[str, ...]) -> None:
    """Every message of the bulk queue is lost; healing gives each batch a new slot, and no bucket is overdrawn."""
    world = World(quota=SMALL, identities=identities)
    users = metered(world)
    run = await world.start(*(user.id for user in CROWD), priority=Priority.BULK)
    await world.play(lose=lambda _: True)
    world.clock.moment += 2 * world.tools.policy.heal_after
    await heal(world.tools)
    await world.play()

    assert {"verified"} == {user.outcome for user in await world.users(run)}
    assert Counter(user.id for user in CROWD) == Counter(users.revoked)
    assert users.most_early < BATCH
