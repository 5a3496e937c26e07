"""What workers, callers and healing do to each other at a bad moment: nobody is lost, and every run ends."""

import asyncio
import heapq
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import count

import pytest
from support.company import ALICE, BEN, BREAKGLASS, CROWD, GUEST, World, a_request
from support.fakes import START, FakeClock

from revoker.adapters.tables.keys import run_key
from revoker.core.batch import Batch
from revoker.core.directory_user import DirectoryUser
from revoker.core.graph_answer import GraphAnswer
from revoker.core.message import Mail, Message, Queue, ScanStep
from revoker.core.pacing import Pace
from revoker.core.pool import UNNAMED
from revoker.core.problems import UnavailableError
from revoker.core.request import Person, Priority, Scope
from revoker.core.run import Run, State
from revoker.core.source import Source
from revoker.ports.page import Page
from revoker.respond.cancel import cancel
from revoker.respond.finish import reopen
from revoker.respond.protect import Protection
from revoker.respond.recover.heal import heal
from revoker.respond.start.accept import accept
from revoker.respond.start.approve import approve, expire

GROUP = "90000000-0000-4000-8000-000000000001"
ROLE = "10000000-0000-4000-8000-000000000000"
SAM = Person("id-2", "Sam Second")
MINUTE = timedelta(minutes=1)
DOWN = GraphAnswer(status=503)

type Asked = Callable[[Sequence[str], Priority], object]


def unshown(user: DirectoryUser) -> GraphAnswer:
    """Return a user whom the directory shows, and the revocation not yet."""
    return GraphAnswer(status=200, body={"id": user.id, "userPrincipalName": user.user_principal_name})


async def minutes(world: World, many: int, lose: Callable[[Mail], bool] = lambda _: False) -> None:
    """Let so many minutes pass: messages arrive when they are due, and healing comes every minute."""
    waiting: list[tuple[datetime, int, Queue, Mail]] = []
    order, end, tick = count(), world.clock.moment + many * MINUTE, world.clock.moment + MINUTE
    while tick < end:
        for queue, message, delay in world.outbox.take():
            if not lose(message):
                heapq.heappush(waiting, (world.clock.moment + delay, next(order), queue, message))
        if waiting and waiting[0][0] <= tick:
            due, _, queue, message = heapq.heappop(waiting)
            world.clock.moment = max(world.clock.moment, due)
            await world.deliver(queue, message)
        else:
            world.clock.moment = max(world.clock.moment, tick)
            await heal(world.tools)
            tick += MINUTE


async def of_a_group(world: World, many: int = 20) -> Run:
    """Return a bulk run of a group's members."""
    world.graph_listings.groups[GROUP] = [user.id for user in CROWD[:many]]
    return await world.start(scope=Scope(groups=(GROUP,)), priority=Priority.BULK)


async def pending(world: World, run: Run) -> int:
    """Return how many users of a run have something left to do."""
    return (await world.ledger.tally(run.id)).pending


def at_graph(world: World, meanwhile: Callable[[], object]) -> None:
    """Let something happen while the next call is at Graph, after it was carried out."""
    real = world.graph_users.revoke

    async def revoke(names: Sequence[str], priority: Priority, identity: str) -> Mapping[str, GraphAnswer]:
        world.graph_users.revoke = real  # type: ignore[method-assign]
        answers = await real(names, priority, identity)
        await meanwhile()  # type: ignore[misc]
        return answers

    world.graph_users.revoke = revoke  # type: ignore[method-assign]


class Scheduled(FakeClock):
    """A clock on which several sleep at once."""

    def __init__(self) -> None:
        super().__init__()
        self._sleepers: list[tuple[datetime, int, asyncio.Future[None]]] = []
        self._order = count()

    async def sleep(self, seconds: float) -> None:
        """Wait until the clock is moved there."""
        awake = asyncio.get_running_loop().create_future()
        heapq.heappush(self._sleepers, (self.moment + timedelta(seconds=seconds), next(self._order), awake))
        await awake

    async def pass_until_done(self, tasks: Sequence[asyncio.Task[object]], most: timedelta) -> None:
        """Move the clock from sleeper to sleeper until all tasks are done, or so much time has passed."""
        while not all(task.done() for task in tasks) and self.moment - START < most:
            for _ in range(200):
                await asyncio.sleep(0)
            if self._sleepers:
                self.moment, _, awake = heapq.heappop(self._sleepers)
                awake.set_result(None)


async def test_a_waiting_user_beside_users_being_verified_is_healed(world: World) -> None:
    """A batch of a scan with one user left, whose message was lost, is not taken for one that the scan sees to."""
    lost: list[Mail] = []
    world.graph_users.scripts[CROWD[3].id] = [DOWN]
    run = await of_a_group(world)

    def lose(message: Mail) -> bool:
        again = isinstance(message, Message) and message.attempt == 1 and not lost
        lost.extend([message] * again)
        return again

    await minutes(world, 120, lose)

    assert State.COMPLETED is (await world.ended(run)).finished_as


@pytest.mark.parametrize("slow", [5.0, 20.0, 30.0])
async def test_two_slow_callers_do_not_take_a_key_from_each_other_for_ever(slow: float) -> None:
    """Starting may take longer than the second caller's patience: both learn of one run all the same."""
    clock = Scheduled()
    world = World(clock=clock)
    real = world.graph_users.read

    async def read(names: Sequence[str], priority: Priority) -> Mapping[str, GraphAnswer]:
        if ALICE.id in names:
            await clock.sleep(slow)
        return await real(names, priority)

    async def call(after: float) -> str:
        await clock.sleep(after)
        run, _ = await accept(a_request(ALICE.id), "key", "digest", world.protection, world.tools)
        return run.id

    world.graph_users.read = read  # type: ignore[method-assign]
    tasks = [asyncio.create_task(call(after)) for after in (0.0, 1.0)]
    await clock.pass_until_done(tasks, timedelta(minutes=5))

    assert 1 == len({await asyncio.wait_for(task, 1) for task in tasks})
    assert 1 == len((await world.ledger.runs(None, 10, None)).rows)


async def test_an_approved_run_gets_its_slots_from_now(world: World) -> None:
    """Slots that come with the approval do not wait for what was shifted before it."""
    world = World(approval_above=10)
    week = Pace(shifted=7 * 24 * 3600.0)
    await world.ledger.move_paces(lambda paces: replace(paces, of={UNNAMED: week}))
    run = await world.start(*[user.id for user in CROWD[:40]], priority=Priority.BULK)
    await approve(run, SAM, world.tools)
    await world.play()

    assert timedelta(minutes=5) > world.clock.moment - START
    assert {"verified"} == set((await world.outcomes(run)).values())


async def test_a_user_revoked_while_its_run_is_cancelled_is_verified(world: World) -> None:
    """The run has ended before its worker comes back from Graph: its users do not stay unseen."""
    run = await of_a_group(world)

    async def cancelled() -> None:
        await cancel(run, SAM, world.tools)
        for queue, message, _ in [sent for sent in world.outbox.take() if isinstance(sent[1], ScanStep)]:
            await world.deliver(queue, message)

    at_graph(world, cancelled)
    await minutes(world, 30)

    assert (20, 0) == (len(world.graph_users.revoked), await pending(world, run))
    assert State.CANCELLED is (await world.ended(run)).finished_as


async def test_a_cancelled_runs_worker_that_died_is_followed_by_a_check(world: World) -> None:
    """It died between the ledger and the check's message: the message that comes again asks for the check."""
    run = await world.start(ALICE.id)
    [(queue, message, _)] = world.outbox.take()
    world.graph_users.read_scripts[ALICE.id] = [DOWN]
    real = world.outbox.send

    async def die(*_: object) -> None:
        raise ConnectionError

    async def cancelled() -> None:
        await cancel(run, SAM, world.tools)
        world.outbox.send = die  # type: ignore[method-assign]

    at_graph(world, cancelled)
    with pytest.raises(ConnectionError):
        await world.deliver(queue, message)
    world.outbox.send = real  # type: ignore[method-assign]
    await world.deliver(queue, message)
    await minutes(world, 30)

    assert ({ALICE.id: "verified"}, 0) == (await world.outcomes(run), await pending(world, run))


async def test_a_user_given_up_that_turns_out_revoked_is_verified(world: World) -> None:
    """A worker stood still while its batch was settled as poison and the run ended."""
    run = await of_a_group(world)

    at_graph(world, lambda: poisoned_meanwhile(world, run))
    await minutes(world, 120)

    assert ({"verified"}, 0) == (set((await world.outcomes(run)).values()), await pending(world, run))
    assert State.COMPLETED is (await world.ended(run)).finished_as


async def test_named_users_beside_an_empty_scope_are_verified(world: World) -> None:
    """The scan looks for them, though it planned nobody itself."""
    world.graph_listings.groups[GROUP] = [user.id for user in CROWD[:5]]
    names = [user.id for user in CROWD[:10]]
    run = await world.start(*names, scope=Scope(groups=(GROUP,)), priority=Priority.BULK)
    await minutes(world, 10)

    assert timedelta(minutes=5) > (await world.ended(run)).finished_at - START  # type: ignore[operator]


def forget_the_protected(world: World, failures: int) -> None:
    """Make it a new instance: it has no list, and the directory cannot be asked for one."""
    world.protection = Protection(world.protected, world.graph_users, world.ledger, world.clock)
    world.graph_users.read_scripts[BREAKGLASS.user_principal_name] = [DOWN] * failures


async def test_a_new_instance_waits_for_the_directory(world: World) -> None:
    """While nobody knows who is protected, a page is put off as if it could not be had, for as long as that."""
    run = await of_a_group(world, 250)
    forget_the_protected(world, 40)
    await minutes(world, 600)

    assert State.COMPLETED is (await world.ended(run)).finished_as
    assert {"verified"} == set((await world.outcomes(run)).values())


async def test_no_user_is_called_again_while_the_protected_list_is_unknown(world: World) -> None:
    """The check goes on without it."""
    run = await world.start(ALICE.id, BEN.id)
    world.graph_users.read_scripts[ALICE.id] = [unshown(ALICE)] * 2
    await world.step()
    forget_the_protected(world, 1)
    await world.play()

    assert {ALICE.id: "verified", BEN.id: "verified"} == await world.outcomes(run)
    assert [ALICE.id, BEN.id] == world.graph_users.revoked


async def test_a_run_approved_in_the_last_moment_goes_on(world: World) -> None:
    """Healing read it while it still waited; by now it was approved, and its time is over."""
    world = World(approval_above=1)
    run = await world.start(ALICE.id, BEN.id)
    world.clock.moment += timedelta(hours=4) - timedelta(seconds=5)
    await approve(run, SAM, world.tools)
    world.clock.moment += timedelta(seconds=10)
    await expire(run, world.ledger, world.scans, world.outbox, world.clock.now())
    await world.play()
    await expire(run, world.ledger, world.scans, world.outbox, world.clock.now())

    assert State.COMPLETED is (await world.ended(run)).finished_as
    assert SAM == (await world.ended(run)).approved_by


@pytest.mark.parametrize("name", [GUEST.id, GUEST.user_principal_name])
async def test_a_guest_is_never_called_revoked_already(world: World, name: str) -> None:
    """What our tenant says of a guest's sessions says nothing of those at home."""
    world.graph_users._valid_from[GUEST.id] = START - timedelta(minutes=5)
    run = await world.start(name, issued_before=START - timedelta(minutes=10))
    await world.play()

    assert {name: "not_effective"} == await world.outcomes(run)


@pytest.mark.parametrize(
    ("dead", "outcomes"),
    [
        (Queue.VERIFY, {ALICE.id: "unverified", BEN.id: "verified"}),
        (Queue.URGENT, {ALICE.id: "verified", BEN.id: "abandoned"}),
    ],
)
async def test_a_dead_message_gives_up_only_its_own_users(world: World, dead: Queue, outcomes: dict[str, str]) -> None:
    """Of one batch, whoever waits for Retry-After has a call of their own, and whom Graph accepted a check."""
    world.graph_users.scripts[BEN.id] = [GraphAnswer(status=429, retry_after=20)]
    run = await world.start(ALICE.id, BEN.id)
    world.graph_users.read_scripts[ALICE.id] = [unshown(ALICE)]
    await world.step()
    sent = world.outbox.take()
    [message] = [message for queue, message, _ in sent if queue is dead]
    await world.give_up(dead, message)
    world.outbox.sent = [one for one in sent if one[0] is not dead]
    await world.play()

    assert outcomes == await world.outcomes(run)


async def test_a_role_holder_that_cannot_be_read_is_read_again(world: World) -> None:
    """An answer of 200 that is no user leaves nobody out of the report."""
    world.graph_listings.roles = {ROLE: [ALICE.id, BEN.id]}
    world.graph_users.read_scripts[ALICE.id] = [GraphAnswer(status=200, body={})]
    run = await world.start(scope=Scope(roles=(ROLE,)))
    await world.play()

    assert {ALICE.id, BEN.id} == {user.id for user in await world.users(run)}


@pytest.mark.parametrize(("answers", "revoked"), [(2, True), (3, False)])
async def test_a_role_holder_that_a_replica_lacks_is_read_again(world: World, answers: int, *, revoked: bool) -> None:
    """A holder is listed, and reading it answers 404: it is read twice more, and then left out and said."""
    world.graph_listings.roles = {ROLE: [ALICE.id]}
    world.graph_users.read_scripts[ALICE.id] = [GraphAnswer(status=404)] * answers
    run = await world.start(scope=Scope(roles=(ROLE,)))
    await world.play()

    ended = await world.ended(run)

    assert [ALICE.id] * revoked == world.graph_users.revoked
    assert ended.finished_at
    assert [not revoked] == [ALICE.id in " ".join(ended.warnings)]


async def test_a_user_created_just_now_is_revoked_if_listed(world: World) -> None:
    """The look-up does not know a user yet whom the group shows a moment later."""
    world.graph_listings.groups[GROUP] = [ALICE.id]
    world.graph_users.read_scripts[ALICE.id] = [GraphAnswer(status=404)]
    run = await world.start(ALICE.id, scope=Scope(groups=(GROUP,)))
    await world.play()

    assert ({ALICE.id: "verified"}, [ALICE.id]) == (await world.outcomes(run), world.graph_users.revoked)


async def test_a_page_that_another_worker_had_is_no_failure(world: World, caplog: pytest.LogCaptureFixture) -> None:
    """A repeated message meets a 403 while the step is taken: the run is complete, and says so."""
    run = await of_a_group(world)
    [(queue, message, _)] = world.outbox.take()
    real = world.graph_listings.page

    async def page(_source: Source, _cursor: str | None) -> Page[DirectoryUser] | GraphAnswer:
        world.graph_listings.page = real  # type: ignore[method-assign]
        await world.deliver(queue, ScanStep(run.id, 1))
        return GraphAnswer(status=403)

    world.graph_listings.page = page  # type: ignore[method-assign]
    await world.deliver(queue, message)
    await world.play()

    assert State.COMPLETED is (await world.ended(run)).finished_as
    assert "source_given_up" not in caplog.text


async def test_a_user_called_a_moment_ago_is_not_given_up_with_the_others(world: World) -> None:
    """The last check of a batch is not the last for whoever came to it late."""
    world.graph_users.scripts[BEN.id] = [GraphAnswer(status=429, retry_after=149)]
    run = await world.start(ALICE.id, BEN.id)
    world.graph_users.read_scripts[ALICE.id] = [unshown(ALICE)] * 9
    world.graph_users.read_scripts[BEN.id] = [unshown(BEN)] * 2
    await world.play()

    assert {ALICE.id: "unverified", BEN.id: "verified"} == await world.outcomes(run)


async def test_a_broken_run_keeps_no_other_from_being_healed(world: World) -> None:
    """Whatever cannot be healed is raised, after all others were seen to."""
    lost = await world.start(ALICE.id)
    world.clock.moment += timedelta(seconds=1)
    broken = await world.start(BEN.id)
    world.outbox.take()
    real = world.ledger.update_batch

    async def update_batch(run: str, batch: str, change: Callable[[object], object]) -> object:
        if run == broken.id:
            raise UnavailableError("The row is damaged.")
        return await real(run, batch, change)  # type: ignore[arg-type]

    world.ledger.update_batch = update_batch  # type: ignore[method-assign,assignment]
    world.clock.moment += timedelta(minutes=16)
    with pytest.raises(UnavailableError):
        await heal(world.tools)

    assert [lost.id] == [message.run for _, message, _ in world.outbox.sent]


async def poisoned_meanwhile(world: World, run: Run) -> None:
    """Let a run's only batch be settled as poison, and the run end."""
    [batch] = await world.ledger.open_batches(run.id)
    await world.give_up(Queue.BULK, Message(run.id, batch))
    await minutes(world, 60)
    await world.ended(run)


async def test_a_worker_that_comes_late_and_dies_leaves_the_run_open(world: World) -> None:
    """The run is opened before its row is written: whatever comes between, healing finds who is to be looked for."""
    run = await of_a_group(world)
    real = world.outbox.send

    async def die(*_: object) -> None:
        raise ConnectionError

    async def meanwhile() -> None:
        await poisoned_meanwhile(world, run)
        world.outbox.send = die  # type: ignore[method-assign]

    at_graph(world, meanwhile)
    with pytest.raises(ConnectionError):
        await minutes(world, 3)
    world.outbox.send = real  # type: ignore[method-assign]
    await minutes(world, 120)

    assert ({"verified"}, 0) == (set((await world.outcomes(run)).values()), await pending(world, run))
    assert State.COMPLETED is (await world.ended(run)).finished_as


async def test_a_late_write_that_the_client_repeats_is_late_all_the_same(world: World) -> None:
    """It was committed and not heard of, so the second turn of the loop finds it written."""
    run = await of_a_group(world)
    real = world.ledger.update_batch

    async def repeated(of: str, name: str, change: Callable[[Batch], Batch]) -> Batch:
        await real(of, name, change)
        world.ledger.update_batch = real  # type: ignore[method-assign]
        return await real(of, name, change)

    async def meanwhile() -> None:
        await poisoned_meanwhile(world, run)
        world.ledger.update_batch = repeated  # type: ignore[method-assign]

    at_graph(world, meanwhile)
    await minutes(world, 120)

    assert ({"verified"}, 0) == (set((await world.outcomes(run)).values()), await pending(world, run))


async def test_a_run_is_reopened_once(world: World, caplog: pytest.LogCaptureFixture) -> None:
    """Of several who come late, one opens it: an alert holds the ends against it."""
    run = await world.start(ALICE.id)
    await world.play()
    await asyncio.gather(*(reopen(run.id, world.ledger) for _ in range(3)))

    assert 1 == caplog.text.count("run_reopened")


async def test_a_run_that_cannot_be_read_hides_no_other(world: World, caplog: pytest.LogCaptureFixture) -> None:
    """Its row is told as an error; the others are listed, and healed."""
    lost = await world.start(ALICE.id)
    spoilt = await world.start(BEN.id)
    world.outbox.take()
    world.ledger._runs[run_key(spoilt.id)]["run"] = "["
    world.clock.moment += timedelta(minutes=16)
    await heal(world.tools)

    assert [lost.id] == [message.run for _, message, _ in world.outbox.sent]
    assert (lost.id,) == tuple(run.id for run in (await world.ledger.runs(None, 10, None)).rows)
    assert f'run_unreadable {{"run": "{spoilt.id}"}}' in caplog.text
