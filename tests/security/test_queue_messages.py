"""A principal that may write to the queues ends no run with it, and keeps no user from being called."""

from dataclasses import replace

import pytest
from support.company import ALICE, World

from revoker.core.message import Mail, Message, Queue, ScanStep, encode
from revoker.core.request import Person, Scope
from revoker.core.run import Run
from revoker.respond.recover.heal import heal
from revoker.respond.recover.poison import settle_poison
from revoker.respond.recover.put_apart import MOST_RETURNED
from revoker.respond.start.approve import approve

UPN = ALICE.user_principal_name
EVERYBODY = Scope(all_users=True)
SAM = Person("id-2", "Sam")
OFTEN = range(4 * MOST_RETURNED)


async def only_message(world: World) -> tuple[Queue, Mail]:
    """Return the message that was sent."""
    [(queue, message, _)] = world.outbox.take()
    return queue, message


async def poison(world: World, queue: Queue, message: Mail) -> None:
    """Put a message into a poison queue often, and lose what is sent because of it."""
    for _ in OFTEN:
        await settle_poison(queue, encode(message).encode(), world.tools)
        world.outbox.take()


async def return_often(world: World, queue: Queue, message: Mail) -> None:
    """Let a message come back often that no worker ever had; what is sent because of it is lost."""
    for _ in OFTEN:
        await world.deliver(queue, message, 2)
        world.outbox.take()


@pytest.mark.parametrize("forge", [poison, return_often])
async def test_no_batch_is_given_up_for_a_forged_message(forge) -> None:  # noqa: ANN001 - one of the two above
    """The ledger knows of no worker that began; the message of ours does its work, without delay."""
    world = World()
    run = await world.start(UPN)
    queue, message = await only_message(world)
    await forge(world, queue, message)
    await world.deliver(queue, message)

    assert {UPN: "verified"} == await world.outcomes(run)
    assert "completed" == (await world.ended(run)).finished_as


@pytest.mark.parametrize("forge", [poison, return_often])
async def test_no_check_is_given_up_for_a_forged_message(forge) -> None:  # noqa: ANN001 - one of the two above
    """A user that Graph accepted is still looked for."""
    world = World()
    run = await world.start(UPN)
    world.graph_users.read_scripts[ALICE.id] = [world.graph_users.show(ALICE.id)]
    await world.step()
    queue, message = await only_message(world)
    await forge(world, queue, message)
    await world.deliver(queue, message)

    assert Queue.VERIFY is queue
    assert {UPN: "verified"} == await world.outcomes(run)


@pytest.mark.parametrize("attempt", [2, 99])
async def test_a_forged_last_check_gives_no_user_up(attempt: int) -> None:
    """The ledger knows when each user was called: within the last check's wait no message settles one that lags."""
    world = World()
    run = await world.start(UPN)
    world.graph_users.read_scripts[ALICE.id] = [world.graph_users.show(ALICE.id)] * 2
    await world.step()
    queue, message = await only_message(world)
    assert isinstance(message, Message)
    await world.deliver(queue, replace(message, attempt=attempt))
    world.outbox.take()
    await world.deliver(queue, message)

    assert {UPN: "verified"} == await world.outcomes(run)


@pytest.mark.parametrize("forge", [poison, return_often])
async def test_no_scan_is_aborted_for_a_forged_message(forge) -> None:  # noqa: ANN001 - one of the two above
    """The directory is listed to its end all the same."""
    world = World()
    run = await world.start(scope=EVERYBODY)
    queue, message = await only_message(world)
    await forge(world, queue, message)
    await world.deliver(queue, message)
    await world.play()

    assert "completed" == (await world.ended(run)).finished_as


async def awaiting(world: World, *names: str, scope: Scope) -> tuple[Run, list[tuple[Queue, Mail]]]:
    """Start a run that a second person must approve, and forge every message that it may have one day."""
    run = await world.start(*names, scope=scope)
    messages: list[tuple[Queue, Mail]] = [(Queue.PLAN, ScanStep(run.id, 0))] if scope else []
    for batch in await world.ledger.open_batches(run.id):
        messages += [(queue, Message(run.id, batch)) for queue in (Queue.URGENT, Queue.BULK, Queue.VERIFY)]
    assert run.awaits_approval
    assert [] == world.outbox.take()
    return run, messages


@pytest.mark.parametrize(("names", "scope"), [((UPN, "user101@contoso.com"), Scope()), ((), EVERYBODY)])
@pytest.mark.parametrize("forge", [poison, return_often])
async def test_a_run_that_awaits_approval_is_untouched(forge, names: tuple[str, ...], scope: Scope) -> None:  # noqa: ANN001
    """It waits as before, and once it is approved every user is called."""
    world = World(approval_above=1)
    run, messages = await awaiting(world, *names, scope=scope)
    for queue, message in messages:
        await forge(world, queue, message)
    waiting = await world.ledger.run(run.id)
    assert waiting is not None
    assert run == waiting
    await approve(waiting, SAM, world.tools)
    await world.play()

    assert "completed" == (await world.ended(run)).finished_as


@pytest.mark.parametrize(("names", "scope"), [((UPN, "user101@contoso.com"), Scope()), ((), EVERYBODY)])
async def test_no_message_about_a_run_that_awaits_approval_leads_to_another(
    names: tuple[str, ...], scope: Scope
) -> None:
    """Neither poison nor a return is sent again, nor counted on the row of the batch or of the scan."""
    world = World(approval_above=1)
    run, messages = await awaiting(world, *names, scope=scope)
    before = await rows(world, run)
    for queue, message in messages:
        await settle_poison(queue, encode(message).encode(), world.tools)
        await world.deliver(queue, message, 2)

    assert [] == world.outbox.take()
    assert before == await rows(world, run)


async def rows(world: World, run: Run) -> list[object]:
    """Return the rows of a run's batches and of its scan."""
    batches = [await world.ledger.batch(run.id, name) for name in await world.ledger.open_batches(run.id)]
    return [*batches, await world.scans.scan(run.id)]


async def test_a_message_in_poison_is_sent_again_and_changes_no_row() -> None:
    """One for one, on its own queue: healing goes on counting as if nothing had come."""
    world = World()
    run = await world.start(UPN)
    queue, message = await only_message(world)
    [name] = await world.ledger.open_batches(run.id)
    before = await world.ledger.batch(run.id, name)
    await settle_poison(queue, encode(message).encode(), world.tools)

    assert before == await world.ledger.batch(run.id, name)
    assert [(queue, message)] == [sent[:2] for sent in world.outbox.take()]


async def test_healing_still_ends_what_only_poison_tells_of() -> None:
    """A flood of forged poison does not keep a lost batch from its end."""
    world = World()
    run = await world.start(UPN)
    queue, message = await only_message(world)
    for _ in range(5):
        world.clock.moment += world.tools.policy.heal_after * 1.1
        await settle_poison(queue, encode(message).encode(), world.tools)
        await heal(world.tools)
        world.outbox.take()

    assert {UPN: "abandoned"} == await world.outcomes(run)
