"""Thirty days of a sweep on a clock that only moves when told: devices come back, the app dies, and none is missed."""

import inspect
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import count, pairwise
from random import Random
from typing import Any

import pytest
from support.company import BREAKGLASS, CROWD, LONG_AGO, World
from support.fakes import START
from support.sweeping import FakeSweeps, a_spec

from revoker.core.message import Mail, Queue, ScanStep
from revoker.core.request import Scope
from revoker.core.run import Run, State
from revoker.core.sweep import Sweep, SweepState, new_sweep
from revoker.respond.policy import Tools
from revoker.respond.protect import Protection
from revoker.respond.recover.heal import heal
from revoker.respond.revoke.revoke_batch import revoke
from revoker.respond.revoke.verify_batch import verify
from revoker.respond.scan.take_step import take_step
from revoker.respond.sweeps.tick import tick

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
PEOPLE = CROWD[:12]
SWEEP = "00000000-0000-7000-8000-000000000001"


class Killed(BaseException):
    """The process died; nothing that follows is carried out, no handler runs."""


class Mortal:
    """A part of the outside in whose calls the process may die, just before or just after they take effect."""

    def __init__(self, part: object, fate: "Fate") -> None:
        self._part = part
        self._fate = fate

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - stands for any part
        method = getattr(self._part, name)
        if not inspect.iscoroutinefunction(method):
            return method

        async def call(*given: object, **named: object) -> object:
            self._fate.strike()
            result = await method(*given, **named)
            self._fate.strike()
            return result

        setattr(self, name, call)  # made once: a month is some 500,000 calls
        return call


@dataclass
class Fate:
    """How often the process dies: a chance at each call before and after; ``kills`` counts."""

    chance: float
    random: Random = field(default_factory=lambda: Random(1))  # noqa: S311 - it must repeat
    kills: int = 0

    def strike(self) -> None:
        """Kill the process, perhaps."""
        if self.random.random() < self.chance:
            self.kills += 1
            raise Killed


@dataclass
class Month:
    """The app's timers and queues for thirty days, and devices that come back."""

    fate: Fate
    world: World = field(default_factory=World)
    sweeps: FakeSweeps = field(default_factory=FakeSweeps)
    random: Random = field(default_factory=lambda: Random(7))  # noqa: S311 - it must repeat
    waiting: list[tuple[datetime, int, Queue, Mail]] = field(default_factory=list)
    order: Iterator[int] = field(default_factory=count)
    returned: list[tuple[datetime, str]] = field(default_factory=list)
    caught: dict[str, list[datetime]] = field(default_factory=dict)
    down: tuple[datetime, datetime] | None = None
    protection: Protection | None = None  # what the process that is alive remembers of the protected accounts

    @property
    def now(self) -> datetime:
        """The moment."""
        return self.world.clock.moment

    async def run(self, sweep: Sweep, days: int, share: float) -> None:
        """Let every minute pass; ``share`` is the chance, a minute, that some device comes back."""
        # The eviction: nobody's sessions are old but the protected account's. Few are there, so that lists are short.
        evicted = {person.id: START for person in PEOPLE}
        self.world.graph_users._valid_from = {BREAKGLASS.id: LONG_AGO, **evicted}
        await self.sweeps.add(sweep)
        for minute in range(1, days * 24 * 60 + 10):  # and some more, in which nothing may start
            self.world.clock.moment = max(START + minute * MINUTE, self.now)
            if self.random.random() < share:
                self._come_back(self.random.choice(PEOPLE).id)
            if self.down and self.down[0] <= self.now < self.down[1]:
                continue
            await self._alive(self._timers)
            await self._deliver()

    def _come_back(self, user: str) -> None:
        if self.world.graph_users._valid_from[user] >= START:
            self.returned.append((self.now, user))
            self.world.graph_users._valid_from[user] = LONG_AGO

    def __post_init__(self) -> None:
        parts = self.world.tools
        mortal = {name: Mortal(getattr(parts, name), self.fate) for name in ("ledger", "scans", "outbox")}
        self.tools = replace(parts, **mortal)
        self.mortal_sweeps = Mortal(self.sweeps, self.fate)

    async def _alive(self, work: Any, *given: object) -> bool:  # noqa: ANN401 - any stage
        """Do something in the process, which may die; tell whether it did not. The next one remembers nothing."""
        try:
            await work(self.tools, *given)
        except Killed:
            self.protection = None
            return False
        finally:
            sent = self.world.outbox.take()
            self.waiting += [(self.now + delay, next(self.order), queue, mail) for queue, mail, delay in sent]
        return True

    async def _timers(self, tools: Tools) -> None:
        await tick(None, self.mortal_sweeps, self._protection(tools), tools)
        if self.now.minute % 10 == 0:
            await heal(tools)

    async def _deliver(self) -> None:
        """Deliver what is due within the minute, each message again until somebody has lived through it."""
        end = self.now + MINUTE - timedelta(seconds=1)
        while due := min((entry for entry in self.waiting if entry[0] <= end), default=None):
            self.waiting.remove(due)
            self.world.clock.moment = max(self.now, due[0])
            revoked = len(self.world.graph_users.revoked)
            if not await self._alive(self._stage, due[2], due[3]):
                self.waiting.append((self.now + timedelta(seconds=30), next(self.order), due[2], due[3]))
            for user in self.world.graph_users.revoked[revoked:]:
                self.caught.setdefault(user, []).append(self.now)

    async def _stage(self, tools: Tools, queue: Queue, message: Mail) -> None:
        if isinstance(message, ScanStep):
            await take_step(message, self._protection(tools), tools)
        elif queue is Queue.VERIFY:
            await verify(message, self._protection(tools), tools)
        else:
            await revoke(message, self._protection(tools), tools)

    def _protection(self, tools: Tools) -> Protection:
        if self.protection is None:
            self.protection = Protection(self.world.protected, tools.graph_users, tools.ledger, tools.clock)
        return self.protection

    async def runs(self) -> list[Run]:
        """Return the sweep's runs, oldest first."""
        page = await self.world.ledger.runs(None, 10_000, None)
        return [run for run in reversed(page.rows) if run.sweep_id == SWEEP]


def hourly(days: int, *, by_name: bool = True) -> Sweep:
    """Return the sweep of everybody, by name or by listing the directory, every hour."""
    spec = a_spec(*(person.id for person in PEOPLE), until=START + days * DAY)
    if not by_name:
        spec = replace(spec, run=replace(spec.run, targets=(), scope=Scope(all_users=True)))
    return new_sweep(SWEEP, spec, START)


@pytest.mark.parametrize("by_name", [True, False], ids=["named", "listed"])
@pytest.mark.parametrize("chance", [0.0, 0.003], ids=["alive", "dying"])
async def test_thirty_days(chance: float, by_name: bool) -> None:  # noqa: FBT001 - drawn from the table
    """One run an hour, exactly; each device that came back is caught by the next tick's run, nobody without cause."""
    month = Month(Fate(chance))
    await month.run(hourly(30, by_name=by_name), 30, share=0.02)
    runs, after = await month.runs(), await month.sweeps.get(SWEEP)
    assert after is not None

    assert 30 * 24 - 1 == len(runs) + after.skipped
    assert len({run.id for run in runs}) == len(runs)
    assert (SweepState.ENDED, "Its end (until) has passed.") == (after.state(month.now), after.ended_because)
    assert {State.COMPLETED} == {run.finished_as for run in runs}
    assert (month.fate.kills > 100) is (chance > 0)
    assert len(month.returned) > 300
    _each_is_caught_in_time(month, runs, slack=HOUR if chance else timedelta(0))
    revoked, came_back = Counter(month.world.graph_users.revoked), Counter(user for _, user in month.returned)
    extra = revoked.total() - came_back.total()
    uncaught = sum(month.world.graph_users._valid_from[person.id] < START for person in PEOPLE)
    assert revoked.keys() <= came_back.keys()
    assert (0 <= extra + uncaught <= month.fate.kills) if chance else extra + uncaught == 0


def _each_is_caught_in_time(month: Month, runs: list[Run], slack: timedelta) -> None:
    """Hold every return to the tick after it: its run revokes the user, if one that died and goes on has not before."""
    last = runs[-1].created_at
    for at, user in month.returned:
        if at < last:
            tick_after = min(run.created_at for run in runs if run.created_at >= at)
            assert any(at <= moment <= tick_after + 5 * MINUTE + slack for moment in month.caught[user])


async def test_never_two_runs_at_once() -> None:
    """A run begins only when the one before it has ended, however often the process dies."""
    month = Month(Fate(0.01))
    await month.run(hourly(5), 5, share=0.2)
    runs = await month.runs()

    assert all(first.finished_at and first.finished_at <= then.created_at for first, then in pairwise(runs))


async def test_a_day_of_downtime_is_one_run() -> None:
    """Twenty-six hours without a timer: one run for all the ticks that were missed, then on as before."""
    month = Month(Fate(0.0), down=(START + 10 * HOUR + MINUTE, START + 36 * HOUR + MINUTE))
    await month.run(hourly(3), 3, share=0.02)
    hours = [(run.created_at - START) / HOUR for run in await month.runs()]

    assert [*range(1, 11), 36 + 1 / 60, *range(37, 72)] == hours
