"""Time that passes only when every task waits, and processes that stand still or die at any await."""

import asyncio
import heapq
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import count
from random import Random
from typing import Any

from support.fakes import START

from revoker.adapters.tables.batch_rows import batch_of, batch_row
from revoker.core.batch import Batch
from revoker.respond.policy import Tools
from revoker.respond.protect import Protection

# Seconds, half a call.
_TAKES = {"graph_users": 0.3, "graph_listings": 0.3, "ledger": 0.005, "scans": 0.005, "outbox": 0.005}
_STORAGE = frozenset({"ledger", "scans", "outbox"})
# What becomes of a call of storage that is not answered: it was done, it is done twice, it is done later if at all.
UNANSWERED = ("unanswered", "repeated", "late")
LEASE = 600.0  # seconds, after which a message is given to another (docs/failure-modes.md, Words)


class Time:
    """The clock of a simulated world; its own loop wakes the next sleeper."""

    def __init__(self, chance: Random) -> None:
        self.moment = START
        self._chance = chance
        self._sleepers: list[tuple[datetime, int, asyncio.Future[None]]] = []
        self._order = count()

    def now(self) -> datetime:
        """Return the moment."""
        return self.moment

    def jitter(self) -> float:
        """Return chance that can be had again."""
        return self._chance.random()

    async def sleep(self, seconds: float) -> None:
        """Wait until time has come there."""
        awake = asyncio.get_running_loop().create_future()
        heapq.heappush(self._sleepers, (self.moment + timedelta(seconds=seconds), next(self._order), awake))
        await awake

    async def run(self, most: timedelta, done: Callable[[], bool]) -> None:
        """Let time pass until all is done, or so much of it has passed."""
        await self._settle()
        while self._sleepers and not done() and self.moment - START < most:
            at, _, awake = heapq.heappop(self._sleepers)
            if not awake.done():  # the sleeper may have died
                self.moment = max(self.moment, at)
                awake.set_result(None)
                await self._settle()

    async def _settle(self) -> None:
        ready = asyncio.get_running_loop()._ready  # type: ignore[attr-defined]
        while ready:  # noqa: ASYNC110 - whatever can go on without time passing; there is no event for that
            await asyncio.sleep(0)


class HostClock:
    """The clock of one host, which may be wrong by so many seconds, and jump."""

    def __init__(self, time: Time) -> None:
        self._time, self.wrong_by = time, 0.0

    def now(self) -> datetime:
        """Return the moment that the host takes it for."""
        return self._time.now() + timedelta(seconds=self.wrong_by)

    def jitter(self) -> float:
        """Return chance."""
        return self._time.jitter()

    async def sleep(self, seconds: float) -> None:
        """Wait: durations are right."""
        await self._time.sleep(seconds)


class Host:
    """One instance of the app: at every await it may stand still, or die with all it was doing and all it knew."""

    def __init__(self, tools: Tools, protected: tuple[str, ...], time: Time, chance: Random, rates: "Rates") -> None:
        self._time, self._chance, self._rates = time, chance, rates
        self._tasks: set[asyncio.Task[Any]] = set()
        self._leases: set[asyncio.Future[None]] = set()
        self._frozen_until = time.now()
        self._protected, self.clock = protected, HostClock(time)
        ports = {name: Port(getattr(tools, name), self, name) for name in _TAKES}
        self.tools = replace(tools, **ports, clock=self.clock)  # type: ignore[arg-type]
        self._forget()

    def _forget(self) -> None:
        self.protection = Protection(self._protected, self.tools.graph_users, self.tools.ledger, self.clock)

    async def do(self, job: Coroutine[Any, Any, Any], lease: float | None = None) -> Any:  # noqa: ANN401 - as the job
        """Return what the job returned; raises DeadError where the host died, TimeoutError where it lost its lease."""
        task = asyncio.create_task(job)
        self._tasks.add(task)
        lost: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._leases |= {lost} if lease else set()
        await asyncio.wait({task, lost}, return_when=asyncio.FIRST_COMPLETED)
        self._leases.discard(lost)
        if not task.done():
            raise TimeoutError
        self._tasks.discard(task)
        if task.cancelled():
            raise DeadError
        return task.result()

    async def point(self, seconds: float) -> None:
        """Pass a place where everything may go wrong, and which takes so long on the average."""
        if self._chance.random() < self._rates.deaths:
            self._rates.happened["deaths"] += 1
            await self._die()
        if self._chance.random() < self._rates.stalls:
            self._rates.happened["stalls"] += 1
            self._stand_still(self._chance.choice((3.0, 40.0, 1.1 * LEASE, 3 * LEASE)))
        rest = (self._frozen_until - self._time.now()).total_seconds()
        await self._time.sleep(max(rest, 0.0) + self._chance.expovariate(1 / seconds))

    async def _die(self) -> None:
        self._forget()
        tasks, self._tasks = self._tasks, set()
        for task in tasks:
            task.cancel()
        await asyncio.get_running_loop().create_future()  # nothing of this process goes on

    def _stand_still(self, seconds: float) -> None:
        self._frozen_until = self._time.now() + timedelta(seconds=seconds)
        if seconds > LEASE:
            for lost in self._leases:
                lost.get_loop().create_task(self._expire(lost))

    async def _expire(self, lost: asyncio.Future[None]) -> None:
        await self._time.sleep(LEASE)
        if not lost.done():
            lost.set_result(None)


class DeadError(Exception):
    """The host died under a job."""


class Rates:
    """How often things go wrong in one world, and how often they did."""

    def __init__(self, chance: Random) -> None:
        self.deaths = chance.choice((0.0, 0.001, 0.005, 0.02, 0.06))
        self.stalls = chance.choice((0.0, 0.0, 0.002, 0.01))
        self.lost = chance.choice((0.0, 0.0, 0.03, 0.2))
        self.twice = chance.choice((0.0, 0.05, 0.2))
        self.late = chance.choice((0.0, 5.0, 90.0))
        self.refused = chance.choice((0.0, 0.05, 0.3))
        self.lag = chance.choice((0.0, 0.0, 20.0, 200.0))
        self.calm = False
        self.happened = dict.fromkeys(("deaths", "stalls", "lost", "twice", "refused", "poisoned", "identities"), 0)
        # Of its own: the worlds in which storage always answers stay what they were.
        self.storage = Random(f"storage {chance.getstate()[1][:3]}")
        self.unanswered = self.storage.choice((0.0, 0.0, 0.003, 0.02))
        self.happened |= dict.fromkeys((*UNANSWERED, "clocks"), 0)

    def end(self) -> None:
        """Let nothing go wrong any more."""
        self.calm = True
        self.deaths = self.stalls = self.lost = self.twice = self.refused = self.unanswered = 0.0


class Port:
    """A port whose every call takes time, before and after what it does."""

    def __init__(self, port: Any, host: Host, name: str) -> None:  # noqa: ANN401 - whatever the tools hold
        self._port, self._host, self._seconds = port, host, _TAKES[name]
        self._is_storage = name in _STORAGE
        self._late: set[asyncio.Task[None]] = set()

    def __getattr__(self, name: str) -> Callable[..., Awaitable[Any]]:
        method = getattr(self._port, name)

        async def call(*args: Any, **options: Any) -> Any:  # noqa: ANN401 - whatever the port takes
            await self._host.point(self._seconds)
            rates = self._host._rates
            if self._is_storage and rates.unanswered and rates.storage.random() < rates.unanswered:
                result = await self._unanswered(name, *args, **options)
            else:
                result = await method(*args, **options)
            await self._host.point(self._seconds)
            return result

        return call

    async def _unanswered(self, name: str, *args: Any, **options: Any) -> Any:  # noqa: ANN401 - likewise
        """Do what is asked, and not say so: the client raises, or asks again; or it is done some time afterwards."""
        rates = self._host._rates
        how = rates.storage.choice(UNANSWERED)
        rates.happened[how] += 1
        method = getattr(self._port, name)
        if how == "repeated":
            await method(*args, **options)
            return await method(*args, **options)
        if how == "unanswered":
            await method(*args, **options)
        elif name == "update_batch":
            self._write_later(*args)
        raise ConnectionError(how)

    def _write_later(self, run: str, batch: str, change: Callable[[Batch], Batch]) -> None:
        """Let storage write a batch within two minutes, unless another writer changes it first."""
        rows = self._port._batches[run]
        before = rows[batch]
        after = batch_row(change(batch_of(before)))

        async def write() -> None:
            await self._host._time.sleep(self._host._rates.storage.uniform(0, 120))
            if rows[batch] is before:
                rows[batch] = after

        task = asyncio.create_task(write())
        self._late.add(task)
        task.add_done_callback(self._late.discard)
