"""A batch waits for its slot, and for what came between while it waited."""

from datetime import timedelta

import pytest
from support.company import CROWD, World
from support.fakes import START, FakeClock

from revoker.core.batch import Batch, in_batches
from revoker.core.message import Message, Queue
from revoker.core.outcome import User
from revoker.core.request import Priority
from revoker.core.run_id import new_id
from revoker.respond.revoke.wait_for_slot import wait_for_slot
from revoker.respond.slots import charge


class BusyClock(FakeClock):
    """A clock during whose first sleep so many urgent writes are charged."""

    def __init__(self, writes: int) -> None:
        super().__init__()
        self.writes = writes
        self.world: World | None = None

    async def sleep(self, seconds: float) -> None:
        """Let time pass, and charge urgent writes of another run."""
        await super().sleep(seconds)
        writes, self.writes = self.writes, 0
        if writes and self.world:
            await charge([writes], self.world.ledger, self.world.pool, self.now())


class EverBusyClock(BusyClock):
    """A clock during whose every sleep urgent work is charged for half a second of writes."""

    async def sleep(self, seconds: float) -> None:
        """Let time pass, and the slot move as far."""
        self.writes = 10
        await super().sleep(seconds)


def placed(world: World, lane: Priority, early: float) -> tuple[Batch, Message]:
    """Return a batch in the ledger with a slot so many seconds away, and its message."""
    users = [User(key=seen.id, requested_as=seen.id, id=seen.id) for seen in CROWD[:20]]
    [batch] = in_batches(new_id(START), users, lane, START + timedelta(seconds=early))
    world.ledger.create(batch)
    return batch, Message(batch.run, batch.id)


@pytest.mark.parametrize(
    ("lane", "early", "charged", "waits", "back"),
    [
        (Priority.BULK, -5.0, 0, 0.0, 0),
        (Priority.BULK, 0.5, 0, 0.5, 0),
        (Priority.BULK, 0.5, 10, 1.0, 0),
        (Priority.BULK, 0.5, 200, 0.5, 1),
        (Priority.BULK, 30.0, 0, 0.0, 1),
        (Priority.URGENT, 0.5, 200, 0.5, 0),
    ],
)
async def test_a_slot_moves_back_while_a_worker_waits_for_it(
    lane: Priority, early: float, charged: int, waits: float, back: int
) -> None:
    """At 20 writes a second, 10 charged for meanwhile are half a second more, and 200 are for the queue to wait out."""
    clock = BusyClock(charged)
    world = clock.world = World(clock=clock)
    batch, message = placed(world, lane, early)
    ready = await wait_for_slot(batch, message, world.ledger, world.outbox, world.pool, world.clock)

    assert bool(back) == (ready is None)
    assert START + timedelta(seconds=waits) == clock.moment
    due = batch.due_at + timedelta(seconds=charged / 20)
    assert [(Queue.BULK, message, due - clock.moment)] * back == world.outbox.sent


async def test_a_slot_that_moves_as_fast_as_time_is_waited_for_on_the_queue() -> None:
    """Urgent writes take the whole quota: no worker waits until its function is ended, with all others."""
    clock = EverBusyClock(10)
    world = clock.world = World(clock=clock)
    batch, message = placed(world, Priority.BULK, 0.5)

    assert None is await wait_for_slot(batch, message, world.ledger, world.outbox, world.pool, world.clock)
    assert timedelta(seconds=9) < clock.moment - START < timedelta(seconds=12)
    assert [(Queue.BULK, message)] == [sent[:2] for sent in world.outbox.sent]


async def test_a_batch_without_waiting_users_waits_for_nothing() -> None:
    """A repeated message finds everybody settled, however early it comes."""
    world = World()
    batch, message = placed(world, Priority.BULK, 30.0)
    done = batch.given_up("lost", START)

    assert done == await wait_for_slot(done, message, world.ledger, world.outbox, world.pool, world.clock)
    assert (START, []) == (world.clock.moment, world.outbox.sent)
