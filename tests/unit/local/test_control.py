"""Cancel and retry on stand-ins."""

from dataclasses import replace
from datetime import timedelta

import pytest
from support.company import ALICE, BEN, CROWD, World

from revoker.core.graph_answer import GraphAnswer
from revoker.core.message import Message, Queue
from revoker.core.problems import ConflictError
from revoker.core.request import Person
from revoker.core.run import Run, State
from revoker.respond.cancel import cancel
from revoker.respond.start.retry import retry

UPN, OTHER = ALICE.user_principal_name, BEN.user_principal_name
RITA = Person("id-2", "Rita")


async def ended(world: World, run: Run) -> Run:
    """Return the run as the ledger has it, which is ended."""
    found = await world.ledger.run(run.id)
    assert found is not None
    assert found.finished_at is not None
    return found


async def test_cancel_settles_waiting_users(world: World) -> None:
    """Nobody of a cancelled run is revoked, the run ends at once, and its messages find nothing to do."""
    run = await world.start(*[user.id for user in CROWD[:45]])
    await cancel(run, RITA, world.tools)

    assert {"cancelled"} == set((await world.outcomes(run)).values())
    assert State.CANCELLED is (await ended(world, run)).finished_as
    await world.step()
    assert [] == world.graph_users.revoked


async def test_cancel_keeps_what_was_done(world: World) -> None:
    """Whoever was revoked before stays so; only the one who waits for Retry-After is cancelled."""
    world.graph_users.scripts[BEN.id] = [GraphAnswer(status=429, retry_after=60.0)]
    run = await world.start(UPN, OTHER)
    await world.step()
    await cancel(run, RITA, world.tools)

    assert {UPN: "verified", OTHER: "cancelled"} == await world.outcomes(run)
    assert State.CANCELLED is (await ended(world, run)).finished_as


async def test_a_worker_stops_at_its_next_batch(world: World) -> None:
    """A message that overtakes the settling of a cancelled run revokes nobody."""
    run = await world.start(UPN)
    now = world.clock.now()
    await world.ledger.update_run(run.id, lambda row: replace(row, cancelled_at=now))
    await world.step()

    assert {UPN: "cancelled"} == await world.outcomes(run)
    assert [] == world.graph_users.revoked


async def test_an_ended_run_cannot_be_cancelled(world: World) -> None:
    """What is done is done, and is not called cancelled."""
    run = await world.start(UPN)
    await world.step()
    with pytest.raises(ConflictError, match="completed"):
        await cancel(run, RITA, world.tools)

    assert State.COMPLETED is (await ended(world, run)).finished_as


async def test_cancelling_twice_is_once(world: World) -> None:
    """The second request changes nothing."""
    run = await world.start(UPN)
    first = await cancel(run, RITA, world.tools)
    world.clock.moment += timedelta(seconds=5)
    second = await cancel(run, Person("id-3", "Otto"), world.tools)

    assert first.cancelled_at == second.cancelled_at
    assert (RITA, ()) == (second.cancelled_by, second.warnings)


async def test_retry_takes_exactly_the_failed_users(world: World) -> None:
    """A new run of the failed, linked both ways; asked twice it is the same run."""
    world.graph_users.scripts[BEN.id] = [GraphAnswer(status=403)]
    world.graph_users.scripts["nobody@contoso.com"] = []
    run = await world.start(UPN, OTHER, "nobody@contoso.com")
    await world.step()
    again, replayed = await retry(await ended(world, run), RITA, world.protection, world.tools)
    twice, second = await retry(await ended(world, run), RITA, world.protection, world.tools)
    await world.step()

    assert {OTHER: "verified"} == await world.outcomes(again)
    assert (run.id, again.id) == (again.retry_of, (await ended(world, run)).retried_by)
    assert (again.id, False, True) == (twice.id, replayed, second)
    assert [ALICE.id, BEN.id] == world.graph_users.revoked


@pytest.mark.parametrize("steps", [0, 1])
async def test_there_must_be_something_to_retry(world: World, steps: int) -> None:
    """A run that goes on, or in which everybody was done, is not retried."""
    run = await world.start(UPN)
    for _ in range(steps):
        await world.step()
    found = await world.ledger.run(run.id)
    assert found is not None
    with pytest.raises(ConflictError):
        await retry(found, RITA, world.protection, world.tools)


async def test_a_retry_that_was_cancelled_can_be_asked_for_again(world: World) -> None:
    """Whoever cancels a retry does not keep everybody from retrying: asked again it is another, and that one stays."""
    world.graph_users.scripts[BEN.id] = [GraphAnswer(status=403)]
    run = await world.start(OTHER)
    await world.step()
    first, _ = await retry(await ended(world, run), RITA, world.protection, world.tools)
    await cancel(first, RITA, world.tools)
    second, replayed = await retry(await ended(world, run), RITA, world.protection, world.tools)
    third, again = await retry(await ended(world, run), RITA, world.protection, world.tools)
    await world.play()

    assert (False, True, second.id) == (replayed, again, third.id)
    assert ({OTHER: "cancelled"}, {OTHER: "verified"}) == (await world.outcomes(first), await world.outcomes(second))


@pytest.mark.parametrize("options", [{"dry_run": True}, {}], ids=["dry run", "awaits approval"])
async def test_a_message_alone_revokes_no_user(options: dict[str, bool], caplog: pytest.LogCaptureFixture) -> None:
    """Who writes to our queues cannot make a dry run real, nor approve a run."""
    world = World(approval_above=1)
    run = await world.start(UPN, OTHER, **options)
    [batch] = await world.ledger.open_batches(run.id)
    await world.deliver(Queue.URGENT, Message(run.id, batch))

    assert [] == world.graph_users.revoked
    assert {"planned"} == set((await world.outcomes(run)).values())
    assert "batch_refused" in caplog.text


async def test_a_cancelled_run_revokes_no_user_once_more(world: World) -> None:
    """Who was accepted is still looked for, and no more than that."""
    unseen = {"id": ALICE.id, "userPrincipalName": UPN}
    world.graph_users.read_scripts[ALICE.id] = [GraphAnswer(status=200, body=unseen)] * 9
    run = await world.start(ALICE.id, OTHER)
    await world.step()
    await cancel(run, RITA, world.tools)
    await world.play()

    assert [ALICE.id, BEN.id] == world.graph_users.revoked
    assert {ALICE.id: "unverified", OTHER: "verified"} == await world.outcomes(run)
