"""A key stands for one run, whoever dies, stands still or fails on the way to it."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta

import pytest
from support.company import BEN, CROWD, World, a_request
from support.fakes import START, FakeLedger, FakeOutbox

from revoker.core.batch import Batch
from revoker.core.graph_answer import GraphAnswer
from revoker.core.message import Mail, Queue
from revoker.core.problems import UnavailableError
from revoker.core.request import Priority
from revoker.core.run import Run
from revoker.respond.start.accept import accept

NAMES = [user.id for user in CROWD[:50]]


class Halting(FakeLedger):
    """A ledger whose first writer comes no further than to its batches until it is told to go on, or how to fail."""

    def __init__(self) -> None:
        super().__init__()
        self.halted, self.go_on = asyncio.Event(), asyncio.Event()
        self.failure: Exception | None = None

    async def open_run(self, run: Run, batches: Sequence[Batch], key: str | None = None) -> bool:
        """Halt once between the batches and the run."""
        if not self.halted.is_set():
            for batch in batches:
                self.create(batch)
            self.halted.set()
            await self.go_on.wait()
            if self.failure:
                raise self.failure
        return await super().open_run(run, batches, key)


class Broken(FakeOutbox):
    """Queues that take nothing."""

    async def send(self, queue: Queue, message: Mail, delay: timedelta = timedelta(0)) -> None:
        """Refuse."""
        raise ConnectionError(queue, message, delay)


async def ask(world: World) -> tuple[Run, bool]:
    """Ask with a key for fifty users, and for older sessions alone."""
    request = a_request(*NAMES, issued_before=START - timedelta(hours=24))
    return await accept(request, "key", "digest", world.protection, world.tools)


async def halted(world: World, ledger: Halting) -> asyncio.Task[tuple[Run, bool]]:
    """Return a request that stands still before its run is written, and half of whose users need nothing any more."""
    first = asyncio.create_task(ask(world))
    await ledger.halted.wait()
    await world.graph_users.revoke(NAMES[::2], Priority.URGENT)
    return first


@pytest.fixture
def ledger() -> Halting:
    """Return a ledger that has not halted yet."""
    return Halting()


@pytest.fixture
def world(ledger: Halting) -> World:
    """Return a company whose first request comes no further than to its batches."""
    return World(ledger=ledger)


async def test_what_a_dead_worker_left_is_in_no_report(world: World, ledger: Halting) -> None:
    """Whoever asks again begins anew, where the directory cuts the same users into other batches by then."""
    (await halted(world, ledger)).cancel()
    run, replayed = await ask(world)
    await world.play()

    assert (False, sorted(NAMES)) == (replayed, sorted(user.key for user in await world.users(run)))
    assert (await world.ended(run)).finished_at


async def test_a_slow_caller_gets_the_run_that_came_instead(world: World, ledger: Halting) -> None:
    """Two who both began have one run, with each user once."""
    first = await halted(world, ledger)
    second, _ = await ask(world)
    ledger.go_on.set()

    assert (second, True) == await first
    assert (second,) == (await world.ledger.runs(None, 10, None)).rows
    assert sorted(NAMES) == sorted(user.key for user in await world.users(second))


async def test_a_slow_caller_cannot_free_a_key_that_passed_on(world: World, ledger: Halting) -> None:
    """The key of the run that came instead stays with it when the slow one fails."""
    first = await halted(world, ledger)
    second, _ = await ask(world)
    ledger.failure = ConnectionError()
    ledger.go_on.set()
    with pytest.raises(ConnectionError):
        await first

    assert (second, True) == await ask(world)


async def test_a_run_that_could_not_be_sent_keeps_its_key() -> None:
    """It is written, and will be healed: asking again finds it and begins no other."""
    world = World(outbox=Broken())
    with pytest.raises(ConnectionError):
        await ask(world)
    run, replayed = await ask(world)

    assert (True, (run,)) == (replayed, (await world.ledger.runs(None, 10, None)).rows)


async def test_a_refused_request_gives_its_key_back() -> None:
    """Asking again after an answer of 503 waits for nobody."""
    world = World()
    world.graph_users.read_scripts[BEN.id] = [GraphAnswer(status=503)]
    sparing = a_request(*NAMES, exclude_users=frozenset({BEN.id}))
    with pytest.raises(UnavailableError):
        await accept(sparing, "key", "digest", world.protection, world.tools)
    _, replayed = await accept(sparing, "key", "digest", world.protection, world.tools)

    assert (False, START) == (replayed, world.clock.moment)
