"""A directory that counts every write in a bucket of its own, and remembers how far a call came too early."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace

from support.company import CROWD, World
from support.fakes import START, FakeClock, FakeGraphUsers

from local.tenant.limits.bucket import Bucket
from revoker.core.directory_user import DirectoryUser
from revoker.core.graph_answer import GraphAnswer
from revoker.core.pacing import Quota
from revoker.core.pool import UNNAMED
from revoker.core.request import Priority


class MeteredUsers(FakeGraphUsers):
    """Users behind one bucket for each identity. It refuses nothing, so that a test sees what was asked too early.

    ``most_early`` is by how many seconds the worst call came before its bucket had room for it.
    """

    def __init__(self, clock: FakeClock, quota: Quota, *users: DirectoryUser) -> None:
        super().__init__(clock, *users)
        self._buckets: dict[str, Bucket] = defaultdict(lambda: Bucket(quota.burst, quota.rate))
        self.most_early = 0.0
        self.last = START

    async def revoke(
        self, names: Sequence[str], priority: Priority, identity: str = UNNAMED
    ) -> Mapping[str, GraphAnswer]:
        """Count the writes, and do what is asked."""
        bucket = self._buckets[identity]
        self.last = self._clock.now()
        self.most_early = max(self.most_early, bucket.wait(len(names), self.last.timestamp()))
        bucket.take(len(names))
        return await super().revoke(names, priority, identity)


def metered(world: World, kind: type[MeteredUsers] = MeteredUsers) -> MeteredUsers:
    """Return the metered directory that a world uses from now on."""
    users = kind(world.clock, world.quota, *CROWD)
    world.graph_users = users
    world.graph_listings._directory = users
    world.tools = replace(world.tools, graph_users=users)
    return users
