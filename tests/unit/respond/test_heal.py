"""Whatever gets lost is found again, at most three times, and every run ends."""

import itertools
from dataclasses import replace
from datetime import timedelta

import pytest
from support.company import ALICE, CROWD, World

from revoker.core.batch import Batch
from revoker.core.graph_answer import GraphAnswer
from revoker.core.message import Queue
from revoker.core.outcome import Outcome
from revoker.core.request import Scope
from revoker.core.run import Run, State
from revoker.respond.recover.heal import heal
from revoker.respond.recover.resume import MOST_RESUMED, resume

UPN = ALICE.user_principal_name
LATER, HEAL_AFTER = timedelta(minutes=16), timedelta(minutes=15)
EVERYBODY = Scope(all_users=True)
UNSEEN = GraphAnswer(status=200, body={"id": ALICE.id, "userPrincipalName": UPN})


async def state(world: World, run: Run) -> State | None:
    """Return how a run has ended, or None."""
    found = await world.ledger.run(run.id)
    assert found is not None
    return found.finished_as


async def test_a_lost_message_is_sent_again(world: World) -> None:
    """A batch that nobody spoke of for a quarter of an hour gets a new message, and is done."""
    run = await world.start(UPN)
    world.outbox.take()
    world.clock.moment += LATER
    await heal(world.tools)
    await world.step()

    assert {UPN: "verified"} == await world.outcomes(run)
    assert State.COMPLETED is await state(world, run)


@pytest.mark.parametrize("wait", [timedelta(0), timedelta(minutes=14)])
async def test_what_is_not_overdue_is_left_alone(world: World, wait: timedelta) -> None:
    """A message that may still come is not doubled."""
    await world.start(UPN)
    world.outbox.take()
    world.clock.moment += wait
    await heal(world.tools)

    assert [] == world.outbox.sent


async def test_healing_twice_sends_once(world: World) -> None:
    """Two instances, or the same tick delivered twice, send one message."""
    await world.start(UPN)
    world.outbox.take()
    world.clock.moment += LATER
    await heal(world.tools)
    await heal(world.tools)

    assert 1 == len(world.outbox.sent)


async def test_nothing_is_lost_while_its_queue_is_worked_off(world: World) -> None:
    """The app stood still: every batch is late, and has its message; of another lane it says nothing."""
    run = await world.start(UPN)
    world.outbox.take()
    world.clock.moment += LATER
    world.outbox.backlog = {Queue.URGENT}
    await heal(world.tools)
    assert [] == world.outbox.sent

    world.outbox.backlog = {Queue.BULK, Queue.VERIFY}
    await heal(world.tools)
    assert [Queue.URGENT] == [queue for queue, _, _ in world.outbox.sent]
    await world.step()
    assert {UPN: "verified"} == await world.outcomes(run)


@pytest.mark.parametrize(("late", "sent"), [(8 * HEAL_AFTER, 0), (8 * HEAL_AFTER + timedelta(seconds=1), 1)])
async def test_a_queue_that_is_never_empty_hides_no_lost_message_for_ever(
    world: World, late: timedelta, sent: int
) -> None:
    """Two hours late, a batch is sent again whatever its queue tells, and once."""
    run = await world.start(UPN)
    world.outbox.take()
    world.clock.moment += late
    world.outbox.backlog = set(Queue)
    await heal(world.tools)
    await heal(world.tools)

    assert [Queue.URGENT] * sent == [queue for queue, _, _ in world.outbox.sent]
    await world.step()
    assert [{UPN: "planned"}, {UPN: "verified"}][sent] == await world.outcomes(run)


async def test_few_messages_are_doubled_after_a_night(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The app stood still for ten hours: all ten batches are late, and five of them at most are sent again."""
    await world.start(*(user.id for user in CROWD[:200]))
    world.outbox.take()
    world.clock.moment += timedelta(hours=10)
    world.outbox.backlog = set(Queue)
    chances = itertools.cycle([0.1, 0.7])
    monkeypatch.setattr(world.clock, "jitter", lambda: next(chances))
    await heal(world.tools)

    assert 5 == len(world.outbox.sent)


async def test_a_batch_that_cannot_be_healed_keeps_no_other(world: World) -> None:
    """The row of one is not readable, as after a later version was taken back: those behind it are healed."""
    run = await world.start(*(user.id for user in CROWD[:60]))
    lost = world.outbox.take()
    world.clock.moment += LATER
    read, [unreadable, *_] = world.ledger.batch, await world.ledger.open_batches(run.id)

    async def batch(run_id: str, name: str) -> Batch | None:
        if name == unreadable:
            raise ValueError(name)
        return await read(run_id, name)

    world.ledger.batch = batch  # type: ignore[method-assign]
    with pytest.raises(ValueError, match=unreadable):
        await heal(world.tools)

    assert (3, 2) == (len(lost), len(world.outbox.sent))


async def test_a_batch_that_was_deferred_after_healing_read_it_is_left_alone(world: World) -> None:
    """Its worker was not dead but slow: what is written is judged by the row as it is then."""
    run = await world.start(UPN)
    world.outbox.take()
    world.clock.moment += LATER
    [name] = await world.ledger.open_batches(run.id)
    stale = await world.ledger.batch(run.id, name)
    later = world.clock.now() + timedelta(seconds=30)
    await world.ledger.update_batch(run.id, name, lambda row: replace(row, due_at=later))
    read = world.ledger.batch

    async def read_before(_run: str, _batch: str) -> Batch | None:
        return stale

    world.ledger.batch = read_before  # type: ignore[method-assign]
    await heal(world.tools)
    kept = await read(run.id, name)

    assert [] == world.outbox.sent
    assert kept is not None
    assert (0, later) == (kept.healed, kept.due_at)


async def test_two_healings_of_one_scan_count_once(world: World) -> None:
    """They read the same row; the third of three counts would end a scan that is well."""
    run = await world.start(scope=EVERYBODY)
    world.outbox.take()
    world.clock.moment += LATER
    stale = await world.scans.update(run.id, lambda row: replace(row, begun=True))
    for _ in range(2 * MOST_RESUMED):
        await resume(stale, world.ledger, world.scans, world.outbox, HEAL_AFTER, world.clock.now())
    resumed = await world.scans.scan(run.id)

    assert resumed is not None
    assert (1, False) == (resumed.healed, resumed.begun)


async def test_a_scan_that_goes_on_is_not_ended(world: World) -> None:
    """A healing reads that a scan is lost for good, and its worker defers the step in the same moment."""
    run = await world.start(scope=EVERYBODY)
    world.clock.moment += LATER
    stale = await world.scans.update(run.id, lambda row: replace(row, healed=MOST_RESUMED))
    await world.scans.update(run.id, lambda row: row.deferred(timedelta(seconds=30), world.clock.now()))
    await resume(stale, world.ledger, world.scans, world.outbox, HEAL_AFTER, world.clock.now())
    await world.play()

    ended = await world.ended(run)
    assert (State.COMPLETED, False) == (ended.finished_as, ended.incomplete)


async def test_what_stays_lost_is_abandoned(world: World) -> None:
    """After three messages without a word the users are abandoned, and the run ends and says so."""
    run = await world.start(UPN)
    sent = []
    for _ in range(4):
        world.outbox.take()
        world.clock.moment += LATER
        await heal(world.tools)
        sent.append(len(world.outbox.sent))

    assert [1, 1, 1, 0] == sent
    assert {UPN: "abandoned"} == await world.outcomes(run)
    assert State.COMPLETED_WITH_FAILURES is await state(world, run)


async def test_a_lost_check_is_made_up_for(world: World) -> None:
    """A verify message that was lost is replaced by the last look there is."""
    world.graph_users.read_scripts[ALICE.id] = [UNSEEN]
    run = await world.start(UPN)
    await world.step()
    assert [Queue.VERIFY] == [queue for queue, _, _ in world.outbox.take()]
    world.clock.moment += LATER + timedelta(seconds=150)
    world.outbox.backlog = {Queue.URGENT}  # of messages that are not this batch's any more
    await heal(world.tools)
    await world.step()

    assert {UPN: "verified"} == await world.outcomes(run)
    assert State.COMPLETED is await state(world, run)


async def test_a_finished_run_that_is_not_marked_is_marked(world: World) -> None:
    """A worker that died after the last outcome leaves a run that the next minute ends."""
    run = await world.start(UPN)
    world.outbox.take()
    [batch] = await world.ledger.open_batches(run.id)
    now = world.clock.now()
    settled = [
        user.settle(Outcome.VERIFIED, None, now) for user in (await world.ledger.users(run.id, None, 9, None)).rows
    ]
    await world.ledger.update_batch(run.id, batch, lambda row: row.learn(settled))
    await heal(world.tools)

    assert State.COMPLETED is await state(world, run)


async def test_poison_messages_left_are_logged_every_minute(world: World, caplog: pytest.LogCaptureFixture) -> None:
    """A message left in a poison queue is an error in the log, with its queue, for as long as it lies there."""
    world.outbox.poisoned = {Queue.PLAN: 0, Queue.BULK: 2}
    for _ in range(2):
        await heal(world.tools)

    said = [(record.levelname, record.getMessage()) for record in caplog.records]
    assert [("ERROR", 'poison_message_left {"queue": "revoke-bulk", "count": 2}')] * 2 == said
