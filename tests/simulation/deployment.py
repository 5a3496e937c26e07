"""A deployment in virtual time: a directory that fails, queues that lose, two hosts, callers and a timer that heals."""

import asyncio
from collections import Counter
from collections.abc import Coroutine, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from random import Random
from typing import Any

from support.company import ALICE, BEN, BREAKGLASS, CROWD, GUEST, World
from support.fakes import START, FakeGraphUsers, FakeOutbox
from virtual import LEASE, DeadError, Host, Rates, Time

from revoker.core.graph_answer import GraphAnswer
from revoker.core.message import Mail, Queue, ScanStep, encode
from revoker.core.pool import Pool
from revoker.core.request import Person, Priority, Request
from revoker.core.run import Run
from revoker.respond.cancel import cancel
from revoker.respond.deliver.deliver import deliver, deliver_step
from revoker.respond.recover.heal import heal
from revoker.respond.recover.poison import settle_poison
from revoker.respond.start.accept import accept
from revoker.respond.start.approve import approve

GROUP = "90000000-0000-4000-8000-000000000001"
MEMBERS = (*CROWD[:130], BREAKGLASS, GUEST)
JOINERS = CROWD[130:230]
EVERYBODY = (ALICE, BEN, GUEST, BREAKGLASS, *CROWD)
TROUBLE = timedelta(minutes=75)  # afterwards nothing goes wrong any more, so that everything can end
_SAM = Person("id-2", "Sam Second")
_DELIVERIES = 5
# A message that comes before its time is sent again for later, each copy of it too: a check that waits for half an hour
# goes round 60 times, and would have 1.2 ** 60 copies where a fifth of them is doubled each time.
_MOST_DOUBLED = 20
MOST_WRONG = 300.0  # seconds
_NAMES = ("identity-a", "identity-b", "identity-c")
_REFUSALS = (
    GraphAnswer(status=403),
    GraphAnswer(status=401, outer=True),
    GraphAnswer(fault="no_token", outer=True),
    GraphAnswer(status=429, retry_after=30, write_limited=True),
    GraphAnswer(status=429, retry_after=30, write_limited=True, tenant_limited=True),
)
_ODD = (
    GraphAnswer(status=503),
    GraphAnswer(status=429, retry_after=20),
    GraphAnswer(fault="timeout"),
    GraphAnswer(status=503, outer=True),
)


class Directory(FakeGraphUsers):
    """A directory that refuses, answers badly, and shows what it did after a while."""

    def begin(self, chance: Random, rates: Rates) -> None:
        """Say how bad it is."""
        self._chance, self._rates, self._shows = chance, rates, dict(self._valid_from)

    async def revoke(self, names: Sequence[str], priority: Priority, identity: str = "") -> Mapping[str, GraphAnswer]:
        """Revoke, and perhaps not say so."""
        asked = [name for name in names if not self._fails() or self._chance.random() < 0.5]
        answers = dict(await super().revoke(asked, priority, identity))
        return {name: self._odd() if self._fails() or name not in answers else answers[name] for name in names}

    async def read(self, names: Sequence[str], priority: Priority) -> Mapping[str, GraphAnswer]:
        """Show what it knew some time ago."""
        answers = await super().read(names, priority)
        return {name: self._odd() if self._fails() else answer for name, answer in answers.items()}

    def show(self, name: str) -> GraphAnswer:
        """Show a user, with a valid-from that may be an old one."""
        answer = super().show(name)
        user, lag = answer.body.get("id"), timedelta(seconds=self._rates.lag)
        new = self._valid_from.get(user) if isinstance(user, str) else None
        if new is None or self._clock.now() - new >= lag:
            return answer
        return GraphAnswer(
            status=200, body={**answer.body, "signInSessionsValidFromDateTime": (START - lag).isoformat()}
        )

    def _fails(self) -> bool:
        return self._chance.random() < self._rates.refused

    def _odd(self) -> GraphAnswer:
        self._rates.happened["refused"] += 1
        return self._chance.choice(_ODD)


@dataclass
class Deployment:
    """Two hosts over one ledger, and the queues between them."""

    chance: Random
    time: Time = field(init=False)

    def __post_init__(self) -> None:
        self.rates, self.time = Rates(self.chance), Time(self.chance)
        above = self.chance.choice((0, 0, 30))
        # Of its own: the worlds of one identity stay what they were.
        self._fate = Random(f"identities {self.chance.getstate()[1][:3]}")
        identities = _NAMES[: self._fate.choice((1, 1, 2, 3))]
        self.world = World(clock=self.time, approval_above=above, identities=identities)  # type: ignore[arg-type]
        directory = Directory(self.time, *EVERYBODY)  # type: ignore[arg-type]
        directory.begin(self.chance, self.rates)
        self.world.graph_users = directory
        self.world.graph_listings._directory = directory
        self.world.graph_listings.groups[GROUP] = [user.id for user in MEMBERS]
        self.world.outbox = Post(self)
        self.world.tools = tools = replace(self.world.tools, graph_users=directory, outbox=self.world.outbox)
        self.hosts = [Host(tools, self.world.protected, self.time, self.chance, self.rates) for _ in range(2)]
        self.clock_is_wrong_by = timedelta(0)
        self.going = 0
        self._kept: set[asyncio.Task[None]] = set()

    async def trouble_identities(self) -> None:
        """Now and then one identity is refused or throttled for a while, or the pool shrinks to its first and grows."""
        pool = self.world.pool
        while pool.is_shared and not self.rates.calm:
            await self.time.sleep(self._fate.expovariate(1 / 200))
            if self._fate.random() < 0.3:
                self._let_work(pool.alone)
            else:
                self.world.graph_users.refused[self._fate.choice(pool.identities)] = self._fate.choice(_REFUSALS)
            self.rates.happened["identities"] += 1
            await self.time.sleep(self._fate.expovariate(1 / 100))
            self.world.graph_users.refused.clear()
            self._let_work(pool)

    async def trouble_clocks(self) -> None:
        """In a third of the worlds, now and then the clock of one host jumps, to be wrong by five minutes at most."""
        if self.rates.storage.random() < 2 / 3:
            return
        self.clock_is_wrong_by = timedelta(seconds=MOST_WRONG)
        while not self.rates.calm:
            await self.time.sleep(self.rates.storage.expovariate(1 / 300))
            clock = self.rates.storage.choice(self.hosts).clock
            clock.wrong_by = self.rates.storage.choice((0.0, 0.0, 60.0, -60.0, MOST_WRONG, -MOST_WRONG))
            self.rates.happened["clocks"] += 1
        for host in self.hosts:
            host.clock.wrong_by = 0.0

    def _let_work(self, pool: Pool) -> None:
        for host in self.hosts:
            host.tools = replace(host.tools, policy=replace(host.tools.policy, pool=pool))

    @property
    def is_over(self) -> bool:
        """Whether nothing goes wrong any more, nothing is on its way, and every run has ended."""
        ended = all(row["state"] for row in self.world.ledger._runs.values())
        return self.rates.calm and not self.going and ended

    def spawn(self, job: Coroutine[Any, Any, None]) -> None:
        """Let something go on by itself, and count that it does."""
        self.going += 1
        task = asyncio.get_running_loop().create_task(job)
        self._kept.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self.going -= 1
        self._kept.discard(task)

    def host(self) -> Host:
        """Return either."""
        return self.chance.choice(self.hosts)

    async def deliver(self, queue: Queue, message: Mail, delay: float) -> None:
        """Give a message to a host, five times at most; then to the function that settles poison."""
        await self.time.sleep(delay)
        for delivery in range(1, _DELIVERIES + 1):
            host = self.host()
            if await self._works(host, _stage(host, queue, message, delivery)):
                return
        self.rates.happened["poisoned"] += 1
        body = encode(message).encode()
        while not await self._works(host := self.host(), settle_poison(queue, body, host.tools)):
            pass

    async def _works(self, host: Host, job: Coroutine[Any, Any, None]) -> bool:
        try:
            await host.do(job, LEASE)
        except TimeoutError:
            return False
        except DeadError:
            await self.time.sleep(LEASE)
            return False
        except Exception:  # noqa: BLE001 - whatever it is, the message comes back after its visibility
            await self.time.sleep(30.0)
            return False
        return True

    async def timer(self) -> None:
        """Heal every minute, whatever became of the minute before; some time on, nothing goes wrong any more."""
        while True:
            await self.time.sleep(60.0)
            if self.time.now() - START > TROUBLE:
                self.rates.end()
            self.spawn(self._heal())

    async def _heal(self) -> None:
        host = self.host()
        try:
            await host.do(heal(host.tools))
        except Exception:  # noqa: BLE001 - the timer only comes again
            return

    async def call(self, job: str, *args: object) -> Any:  # noqa: ANN401 - as the job returns
        """Ask as a client does: again after a few seconds, until there is an answer."""
        while True:
            host, calm = self.host(), self.rates.calm
            try:
                return await host.do(_JOBS[job](host, *args))
            except DeadError:
                await self.time.sleep(5.0)
            except Exception as error:  # noqa: BLE001 - an answer that says no
                if calm:
                    return error
                await self.time.sleep(5.0)


class Post(FakeOutbox):
    """Queues that lose, double and delay."""

    def __init__(self, deployment: Deployment) -> None:
        super().__init__()
        self._deployment = deployment
        self._doubled: Counter[Mail] = Counter()

    async def send(self, queue: Queue, message: Mail, delay: timedelta = timedelta(0)) -> None:
        """Deliver later, perhaps twice, perhaps never."""
        chance, rates = self._deployment.chance, self._deployment.rates
        if chance.random() < rates.lost:
            rates.happened["lost"] += 1
            return
        times = 2 if chance.random() < rates.twice and self._doubled[message] < _MOST_DOUBLED else 1
        self._doubled[message] += times - 1
        rates.happened["twice"] += times - 1
        for _ in range(times):
            late = delay.total_seconds() + chance.uniform(0, rates.late)
            self._deployment.spawn(self._deployment.deliver(queue, message, late))


async def _start(host: Host, request: Request, key: str) -> Run:
    run, _ = await accept(request, key, key, host.protection, host.tools)
    return run


async def _cancel(host: Host, run: Run) -> Run:
    return await cancel(run, _SAM, host.tools)


async def _approve(host: Host, run: Run) -> Run:
    held = await host.tools.ledger.run(run.id)
    return await approve(held or run, _SAM, host.tools, users=held.approval_size if held else None)


_JOBS: Mapping[str, Any] = {"start": _start, "cancel": _cancel, "approve": _approve}


def _stage(host: Host, queue: Queue, message: Mail, delivery: int) -> Coroutine[Any, Any, None]:
    if isinstance(message, ScanStep):
        return deliver_step(message, delivery, host.protection, host.tools)
    return deliver(queue, message, delivery, host.protection, host.tools)
