"""A message that came back is sent again at a moment of its own, and given up in the end."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta

import pytest
from support.company import ALICE, World
from support.fakes import START

from revoker.core.errors import LostBatchError
from revoker.core.graph_answer import GraphAnswer
from revoker.core.message import Message, Queue, ScanStep, encode
from revoker.core.problems import UnavailableError
from revoker.core.request import Priority, Scope
from revoker.core.run import Run, State
from revoker.respond.recover.poison import settle_poison
from revoker.respond.recover.put_apart import MOST_RETURNED, delay
from revoker.respond.slots import charge

UPN = ALICE.user_principal_name
EVERYBODY = Scope(all_users=True)


def by_chance(world: World, chance: float) -> None:
    """Let chance be this number."""
    world.clock.jitter = lambda: chance  # type: ignore[method-assign]


async def returned(world: World, run: Run) -> int:
    """Return how often the messages of a run's only batch are said to have come back."""
    [name] = await world.ledger.open_batches(run.id)
    batch = await world.ledger.batch(run.id, name)
    assert batch is not None
    return batch.returned


async def test_the_first_delivery_is_worked_on(world: World) -> None:
    """Nothing is put off that did not come back."""
    run = await world.start(UPN)
    [(queue, message, _)] = world.outbox.take()
    await world.deliver(queue, message, 1)

    assert {UPN: "verified"} == await world.outcomes(run)


async def test_a_message_that_came_back_is_put_off_and_nobody_revoked(world: World) -> None:
    """The same message goes on the same queue, by chance somewhere within twenty seconds."""
    by_chance(world, 0.5)
    run = await world.start(UPN)
    [(queue, message, _)] = world.outbox.take()
    await world.deliver(queue, message, 2)

    assert [(queue, message, timedelta(seconds=10))] == world.outbox.sent
    assert [] == world.graph_users.revoked
    assert 1 == await returned(world, run)
    await world.play()
    assert {UPN: "verified"} == await world.outcomes(run)


@pytest.mark.parametrize(
    ("returned", "chance", "expected"),
    [(0, 0.0, 0), (0, 0.999, 19.98), (1, 0.5, 20), (2, 0.5, 40), (3, 0.5, 60), (9, 0.5, 60)],
)
def test_each_return_spreads_wider(returned: int, chance: float, expected: float) -> None:
    """Twenty seconds, twice as much each time, at most two minutes."""
    assert timedelta(seconds=expected) == delay(returned, chance)


async def test_what_comes_back_too_often_is_given_up(world: World) -> None:
    """Five times it gets another chance; then its users are abandoned, and the run ends and says so."""
    run = await world.start(UPN)
    sent = []
    for _ in range(MOST_RETURNED + 1):
        [(queue, message, _)] = world.outbox.take() or [(Queue.URGENT, None, None)]
        await world.die_at(queue, message)  # type: ignore[arg-type]
        sent.append(len(world.outbox.sent))

    assert [1] * MOST_RETURNED + [0] == sent
    assert [("abandoned", "message_died")] == [(user.outcome.value, user.reason) for user in await world.users(run)]
    assert State.COMPLETED_WITH_FAILURES is (await world.ended(run)).finished_as


async def test_a_batch_that_kills_its_worker_is_given_up_whatever_shifts_meanwhile(world: World) -> None:
    """Each of its deaths is charged, and urgent writes shift the slots in between: it dies six times all the same."""
    deaths = 0

    async def die(*_: object) -> None:
        nonlocal deaths
        deaths += 1
        raise RuntimeError

    world.graph_users.revoke = die  # type: ignore[assignment]
    run = await world.start(UPN, priority=Priority.BULK)
    for _ in range(3 * MOST_RETURNED):
        for queue, message, wait in world.outbox.take():
            world.clock.moment += wait
            before = deaths
            with suppress(RuntimeError):
                await world.deliver(queue, message)
            await charge([200], world.ledger, world.pool, world.clock.now())
            if deaths > before:
                await world.deliver(queue, message, deliveries=2)

    assert MOST_RETURNED + 1 == deaths
    assert {UPN: "abandoned"} == await world.outcomes(run)


async def test_a_message_that_was_seen_to_begins_to_count_anew(world: World) -> None:
    """A day of retries with five restarts of the host in it is no reason to give up."""
    world.graph_users.scripts[ALICE.id] = [GraphAnswer(status=429, retry_after=20)]
    run = await world.start(UPN)
    [(queue, message, _)] = world.outbox.take()
    await world.deliver(queue, message, 2)
    assert 1 == await returned(world, run)
    await world.step()

    assert {UPN: "retrying"} == await world.outcomes(run)
    assert 0 == await returned(world, run)


async def test_while_the_ledger_is_away_no_return_is_counted(world: World) -> None:
    """The message comes back by itself: what cannot be written is not the message's fault."""
    run = await world.start(UPN)
    [(queue, message, _)] = world.outbox.take()
    there = world.ledger.update_batch

    async def away(*_: object) -> None:
        raise UnavailableError("away")

    for _ in range(2 * MOST_RETURNED):
        world.ledger.update_batch = away  # type: ignore[method-assign,assignment]
        with pytest.raises(UnavailableError):
            await world.deliver(queue, message, 2)
        world.ledger.update_batch = there  # type: ignore[method-assign]

    assert ([], 0) == (world.outbox.sent, await returned(world, run))


async def test_a_worker_that_died_before_it_asked_for_the_check_is_made_up_for(world: World) -> None:
    """Where nobody waits any more, the second delivery is worked on: it only asks for what comes next."""
    world.graph_users.read_scripts[ALICE.id] = [
        GraphAnswer(status=200, body={"id": ALICE.id, "userPrincipalName": UPN})
    ]
    run = await world.start(UPN)
    [(queue, message, _)] = world.outbox.take()
    await world.deliver(queue, message, 1)
    assert [Queue.VERIFY] == [queue for queue, _, _ in world.outbox.take()]  # lost with the worker
    await world.deliver(queue, message, 2)

    assert [Queue.VERIFY] == [queue for queue, _, _ in world.outbox.sent]
    await world.play()
    assert {UPN: "verified"} == await world.outcomes(run)


async def test_only_a_return_after_a_beginning_counts(world: World) -> None:
    """Once a worker began and died; then the message is received and let go four times, which is nobody's death."""
    run = await world.start(UPN)
    [(queue, message, _)] = world.outbox.take()
    await world.die_at(queue, message)
    for _ in range(4):
        await world.deliver(queue, message, 2)

    assert 1 == await returned(world, run)


async def test_only_a_return_after_a_beginning_counts_for_a_scan(world: World) -> None:
    """Likewise: five deaths, and a message that comes back without a sixth, end no scan."""
    run = await world.start(scope=EVERYBODY)
    [(queue, message, _)] = world.outbox.take()
    for _ in range(MOST_RETURNED):
        await world.die_at(queue, message)
    for _ in range(4):
        await world.deliver(queue, message, 2)
    scan = await world.scans.scan(run.id)

    assert scan is not None
    assert (MOST_RETURNED, False, 0) == (scan.healed, scan.done, scan.step)


async def test_poison_is_sent_again_at_a_moment_of_its_own(world: World) -> None:
    """By chance within two minutes: those that died together do not come together."""
    by_chance(world, 0.25)
    await world.start(UPN)
    [(queue, message, _)] = world.outbox.take()
    await settle_poison(queue, encode(message).encode(), world.tools)

    assert [(queue, message, timedelta(seconds=30))] == world.outbox.sent


async def test_a_check_that_comes_back_too_often_leaves_its_users_unverified(world: World) -> None:
    """Graph accepted them: they are not called abandoned."""
    unseen = GraphAnswer(status=200, body={"id": ALICE.id, "userPrincipalName": UPN})
    world.graph_users.read_scripts[ALICE.id] = [unseen]
    run = await world.start(UPN)
    await world.step()
    [name] = await world.ledger.open_batches(run.id)
    for _ in range(MOST_RETURNED + 1):
        [(queue, message, _)] = world.outbox.take()
        assert Queue.VERIFY is queue
        world.clock.moment += timedelta(seconds=30)
        await world.die_at(queue, message)
        batch = await world.ledger.batch(run.id, name)
        assert batch is not None
        assert START == batch.due_at  # it is for users that wait, and these are called already

    assert {UPN: "unverified"} == await world.outcomes(run)


async def test_a_step_that_came_back_is_put_off_and_at_last_ends_the_scan(world: World) -> None:
    """A page that kills its worker leaves a run that ends, and says what is missing."""
    by_chance(world, 0.5)
    run = await world.start(scope=EVERYBODY)
    waits = []
    for _ in range(MOST_RETURNED + 1):
        [(queue, message, _)] = world.outbox.take()
        await world.die_at(queue, message)
        waits += [delay.total_seconds() for _, sent, delay in world.outbox.sent if sent == message]

    assert [10, 20, 40, 60, 60] == waits
    await world.play()
    assert State.FAILED is (await world.ended(run)).finished_as


@pytest.mark.parametrize(
    "make", [lambda run: Message(run, "0" * 32), lambda run: ScanStep(run, 0)], ids=["batch", "step"]
)
async def test_a_message_about_nothing_is_left_to_its_use_case(world: World, make: Callable[[str], Message]) -> None:
    """It raises there, as at the first delivery."""
    run = await world.start(UPN)
    world.outbox.take()
    message = make(run.id)
    with pytest.raises(LostBatchError):
        await world.deliver(Queue.BULK, message, 2)

    assert [] == world.outbox.sent


async def test_a_due_time_far_ahead_stays(world: World) -> None:
    """Users who wait for Retry-After are not tried earlier because their message came back."""
    run = await world.start(UPN)
    [(queue, message, _)] = world.outbox.take()
    [name] = await world.ledger.open_batches(run.id)
    late = world.clock.now() + timedelta(minutes=5)
    await world.ledger.update_batch(run.id, name, lambda row: replace(row, due_at=late))
    await world.deliver(queue, message, 2)

    assert [timedelta(minutes=5)] == [delay for _, _, delay in world.outbox.sent]
