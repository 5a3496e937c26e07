"""A worker that one user's batch kills at every delivery, and the host's queues around it, in virtual time."""

import asyncio
from collections import Counter
from collections.abc import Coroutine, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from random import Random
from typing import Any

from support.company import CROWD, World, a_request
from support.fakes import FakeGraphUsers, FakeOutbox
from virtual import DeadError, Host, Rates, Time

from revoker.core.graph_answer import GraphAnswer
from revoker.core.message import Mail, Queue, encode
from revoker.core.request import Priority
from revoker.core.run import Run
from revoker.respond.deliver.deliver import deliver
from revoker.respond.recover.heal import heal
from revoker.respond.recover.poison import settle_poison
from revoker.respond.start.accept import accept

IN_FLIGHT = 24  # batchSize and newBatchThreshold of host.json
KILLER = CROWD[0]
VISIBILITY, DELIVERIES = 30.0, 5  # visibilityTimeout and maxDequeueCount of host.json


class Deadly(FakeGraphUsers):
    """A directory that kills the worker that asks it to revoke one user."""

    host: Host
    deaths: list[datetime]

    async def revoke(self, names: Sequence[str], priority: Priority, identity: str = "") -> Mapping[str, GraphAnswer]:
        """Revoke; or let the worker die, and with it all that it does."""
        if KILLER.id in names:
            self.deaths.append(self.host._time.now())
            await self.host._die()
        return await super().revoke(names, priority, identity)


class Instance:
    """One host with one worker: what the worker held when it died comes back at the same moment, or is poison."""

    def __init__(self, seed: int) -> None:
        chance = Random(f"deadly {seed}")
        self.time, rates = Time(chance), Rates(chance)
        rates.end()
        self.world = World(clock=self.time)  # type: ignore[arg-type]
        directory = Deadly(self.time, *CROWD)  # type: ignore[arg-type]
        directory.deaths = self.deaths = []
        self.world.graph_users = directory
        tools = replace(self.world.tools, graph_users=directory, outbox=Wire(self))
        self.outside = tools
        directory.host = self.host = Host(tools, (), self.time, chance, rates)
        self.poisoned: Counter[Queue] = Counter()
        self._kept: set[asyncio.Task[None]] = set()

    @property
    def has_ended(self) -> bool:
        """Whether every run has ended."""
        return all(row["state"] for row in self.world.ledger._runs.values())

    async def start(self, users: Sequence[str]) -> Run:
        """Start a run, on another host than this one."""
        run, _ = await accept(a_request(*users), None, "", self.host.protection, self.outside)
        return run

    def spawn(self, job: Coroutine[Any, Any, None]) -> None:
        """Let something go on by itself."""
        task = asyncio.get_running_loop().create_task(job)
        self._kept.add(task)
        task.add_done_callback(self._kept.discard)

    async def send(self, queue: Queue, message: Mail, delay: float) -> None:
        """Deliver a message as the host does."""
        host = self.host
        await self.time.sleep(delay)
        for delivery in range(1, DELIVERIES + 1):
            if await self._works(deliver(queue, message, delivery, host.protection, host.tools)):  # type: ignore[arg-type]
                return
        self.poisoned[queue] += 1
        while not await self._works(settle_poison(queue, encode(message).encode(), host.tools)):
            pass

    async def _works(self, job: Coroutine[Any, Any, None]) -> bool:
        try:
            await self.host.do(job)
        except DeadError:
            await self.time.sleep(VISIBILITY)
            return False
        return True

    async def timer(self) -> None:
        """Heal every minute."""
        while True:
            await self.time.sleep(60.0)
            self.spawn(self._heal())

    async def _heal(self) -> None:
        try:
            await self.host.do(heal(self.host.tools))
        except DeadError:
            return


class Wire(FakeOutbox):
    """Queues that lose nothing."""

    def __init__(self, instance: Instance) -> None:
        super().__init__()
        self._instance = instance

    async def send(self, queue: Queue, message: Mail, delay: timedelta = timedelta(0)) -> None:
        """Deliver when it is due."""
        self._instance.spawn(self._instance.send(queue, message, delay.total_seconds()))


async def play(seed: int, most: timedelta) -> tuple[Instance, list[Run]]:
    """Start 24 runs of a few users at once, one of them with the user that kills, and let time pass until all ended."""
    made = Instance(seed)
    groups = [CROWD[number::IN_FLIGHT] for number in range(IN_FLIGHT)]
    runs = [await made.start([user.id for user in group]) for group in groups]
    timer = asyncio.create_task(made.timer())
    await made.time.run(most, lambda: made.has_ended)
    timer.cancel()
    return made, runs
