"""A scope that grows between its count and its listing: no user beyond what was counted or approved is revoked."""

import asyncio
import json
from dataclasses import replace
from datetime import timedelta

import pytest
from support.company import CROWD, World
from support.in_process import Front

from revoker.core.message import Queue, ScanStep
from revoker.core.problems import ConflictError
from revoker.core.request import Person, Priority, Scope
from revoker.core.run import Run, State
from revoker.core.run_state import state_of
from revoker.respond.cancel import cancel
from revoker.respond.recover.heal import heal
from revoker.respond.recover.poison import settle_poison
from revoker.respond.start.approve import approve
from revoker.views.decided import approval

SECOND = Person("id-2", "Sam Second")
IDS = [user.id for user in CROWD]


@pytest.fixture
def careful() -> World:
    """Return a company where more than fifty users need a second person; its listings have pages of twenty."""
    world = World(approval_above=50)
    world.graph_listings._page_size = 20
    return world


async def start(world: World, counted: int, listed: int, **options: object) -> Run:
    """Start a run over a group that is counted so, and grows to another size before it is listed."""
    world.graph_listings.groups["g"] = IDS[:counted]
    run = await world.start(scope=Scope(groups=("g",)), **options)
    world.graph_listings.groups["g"] = IDS[:listed]
    return run


async def stands(world: World, run: Run) -> Run:
    """Return the run as it is now."""
    found = await world.ledger.run(run.id)
    assert found is not None
    return found


async def state(world: World, run: Run) -> State:
    """Return the state of the run."""
    return state_of(await stands(world, run), await world.ledger.tally(run.id))


async def hours(world: World, count: float) -> None:
    """Let time pass, with a timer that heals every ten minutes."""
    for _ in range(int(count * 6)):
        world.clock.moment += timedelta(minutes=10)
        await heal(world.tools)
        await world.play()


async def test_nobody_beyond_the_cap_is_revoked(careful: World) -> None:
    """Counted as 40, where 50 need no approval; 300 when it is listed: at most 50 are revoked, and the run waits."""
    run = await start(careful, 40, 300)
    await careful.play()
    await hours(careful, 1)

    grown = await stands(careful, run)
    assert State.AWAITING_APPROVAL is await state(careful, run)
    assert 40 == len(careful.graph_users.revoked)
    assert 300 == grown.approval_size
    assert "The scope has grown: 40 users were counted, and it has come to 300." in grown.warnings[-1]


@pytest.mark.parametrize(("counted", "listed", "revoked"), [(40, 50, 50), (100, 110, 110), (100, 111, 100)])
async def test_ordinary_growth_goes_on(careful: World, counted: int, listed: int, revoked: int) -> None:
    """To the cap, or to a tenth more than was approved."""
    run = await start(careful, counted, listed)
    if run.awaits_approval:
        await approve(run, SECOND, careful.tools)
    await careful.play()

    assert revoked == len(careful.graph_users.revoked)
    assert (revoked == listed) is (await state(careful, run) is State.COMPLETED)


@pytest.mark.parametrize("cap", [0, 1000])
async def test_the_log_counts_planned_users_for_the_alert(cap: int, caplog: pytest.LogCaptureFixture) -> None:
    """With or without a cap: the alert on mass runs sees what a scope came to, not what it was counted as."""
    world = World(approval_above=cap)
    await start(world, 40, 300)
    with caplog.at_level("INFO", "revoker"):
        await world.play()
    grown = [json.loads(line.partition(" ")[2]) for line in caplog.messages if line.startswith("scope_grown ")]

    assert (300, 40) == (grown[-1]["planned"], grown[-1]["counted"])


async def test_it_goes_on_when_the_new_number_is_approved(careful: World) -> None:
    """After hours of waiting the scan goes on in mid-page: every user once, verified, and the answer says what for."""
    run = await start(careful, 100, 300)
    await approve(run, SECOND, careful.tools)
    await careful.play()
    await hours(careful, 3.5)
    before = list(careful.graph_users.revoked)
    again = await approve(await stands(careful, run), SECOND, careful.tools, users=300)
    await careful.play()

    ended = await careful.ended(run)
    assert 100 == len(before)
    assert sorted(IDS) == sorted(careful.graph_users.revoked)
    assert (State.COMPLETED, run.created_at) == (ended.finished_as, ended.created_at)
    shown = approval(again)
    assert (300, 330, {"id": "id-2", "name": "Sam Second"}) == tuple(
        shown[name] for name in ("users", "covers", "approvedBy")
    )


@pytest.mark.parametrize("users", [None, 100, 299])
async def test_an_approval_that_names_another_number_approves_nothing(careful: World, users: int | None) -> None:
    """A call for the first number that a client repeats must not approve the second."""
    run = await start(careful, 100, 300)
    await approve(run, SECOND, careful.tools, users=100)
    await careful.play()
    with pytest.raises(ConflictError):
        await approve(await stands(careful, run), SECOND, careful.tools, users=users)
    with pytest.raises(ConflictError):
        await approve(await stands(careful, run), SECOND, careful.tools, users=users)
    await careful.play()

    assert 100 == len(careful.graph_users.revoked)


async def test_an_approval_of_the_run_as_it_was_approves_nothing(careful: World) -> None:
    """The approver's instance read the run before it had grown: the compare-and-swap sees another number."""
    run = await start(careful, 100, 300)
    await approve(run, SECOND, careful.tools)
    stale = replace(await stands(careful, run), approved_by=None, approved_at=None)
    await careful.play()
    await approve(stale, Person("id-3", "Tess Third"), careful.tools, users=100)
    await careful.play()

    assert State.AWAITING_APPROVAL is await state(careful, run)
    assert 100 == len(careful.graph_users.revoked)


async def test_two_approvals_at_the_same_moment_send_the_run_off_once(
    careful: World, caplog: pytest.LogCaptureFixture
) -> None:
    """Two persons, two instances, one microsecond: the ledger knows one approver, and the slots are taken once."""
    run = await careful.start(*IDS[:60])
    with caplog.at_level("INFO", "revoker"):
        await asyncio.gather(*(approve(run, person, careful.tools) for person in (SECOND, Person("id-3", "Tom"))))
    told = [line for line in caplog.messages if line.startswith("run_approved ")]
    lanes = [queue for queue, _, _ in careful.outbox.take()]

    assert 1 == len(told)
    assert 3 == len(lanes)
    assert (await stands(careful, run)).approved_by == SECOND


async def test_it_may_grow_again(careful: World) -> None:
    """An approval of 300 stands for 330: at the next growth the run waits once more."""
    names = [f"00000000-0000-4000-8000-{number:012d}" for number in range(1000, 1100)]
    run = await start(careful, 40, 150)
    await careful.play()
    await approve(await stands(careful, run), SECOND, careful.tools, users=150)
    careful.graph_listings.groups["g"] = [*IDS, *names]
    await careful.play()

    assert (State.AWAITING_APPROVAL, 400) == (await state(careful, run), (await stands(careful, run)).approval_size)
    assert 160 == len(careful.graph_users.revoked)


@pytest.mark.parametrize("way", ["cancelled", "expired"])
async def test_a_run_that_waits_can_end(careful: World, way: str) -> None:
    """Cancelled by a person, or by nobody's approval within four hours; users revoked before it are verified."""
    run = await start(careful, 40, 300)
    await careful.play()
    if way == "cancelled":
        await cancel(await stands(careful, run), run.requested_by, careful.tools)
        await careful.play()
    else:
        await hours(careful, 4.5)
    with pytest.raises(ConflictError):
        await approve(await stands(careful, run), SECOND, careful.tools, users=300)

    assert State.CANCELLED is (await careful.ended(run)).finished_as
    assert {"verified": 40} == dict((await careful.ledger.tally(run.id)).counts)


async def test_users_planned_before_go_on_and_are_healed(careful: World) -> None:
    """The messages of the users that were planned are lost: healing sends them, though the run waits."""
    run = await start(careful, 40, 300)
    await careful.play(lose=lambda mail: not isinstance(mail, ScanStep))
    assert ([], State.AWAITING_APPROVAL) == (careful.graph_users.revoked, await state(careful, run))
    await hours(careful, 1)

    assert 40 == len(careful.graph_users.revoked)


async def test_a_message_revives_nothing(careful: World) -> None:
    """Deliveries of the step, first or repeated, and a forged poison message neither plan nor fail a run that waits."""
    run = await start(careful, 40, 300)
    await careful.play()
    scan = await careful.scans.scan(run.id)
    assert scan is not None
    step = ScanStep(run.id, scan.step)
    for deliveries in (1, 2, 3, 4, 5, 6, 7, 8):
        await careful.deliver(Queue.PLAN, step, deliveries)
    await careful.give_up(Queue.PLAN, step)
    for _ in range(10):
        await settle_poison(Queue.PLAN, f'{{"v":1,"run":"{run.id}","step":{scan.step}}}'.encode(), careful.tools)
    await careful.play()

    after = await careful.scans.scan(run.id)
    assert scan == replace(after, begun=scan.begun)  # type: ignore[type-var]
    assert (State.AWAITING_APPROVAL, 40) == (await state(careful, run), len(careful.graph_users.revoked))
    assert not (await stands(careful, run)).incomplete


async def test_a_worker_that_dies_after_the_approval_is_made_up_for(careful: World) -> None:
    """Approved, and no message sent: healing takes the scan up again."""
    run = await start(careful, 40, 300)
    await careful.play()
    await hours(careful, 2)
    await approve(await stands(careful, run), SECOND, careful.tools, users=300)
    careful.outbox.take()
    await hours(careful, 1)

    assert State.COMPLETED is (await careful.ended(run)).finished_as
    assert 300 == len(careful.graph_users.revoked)


async def test_two_workers_at_one_page_ask_once(careful: World) -> None:
    """The slower one finds the new number approved already, asks nothing, and plans nothing beyond what it knew."""
    run = await start(careful, 40, 300)
    await careful.play()
    behind = await stands(careful, run)
    await approve(behind, SECOND, careful.tools, users=300)
    approved = careful.outbox.take()
    careful.ledger.shared = behind  # type: ignore[attr-defined]
    for queue, message, _ in (*approved, *approved):
        await careful.deliver(queue, message)
    await careful.play()

    assert State.COMPLETED is (await careful.ended(run)).finished_as
    assert sorted(IDS) == sorted(careful.graph_users.revoked)


async def test_what_is_not_held_to_a_number(careful: World) -> None:
    """A dry run touches no user; a scope that the directory does not count is approved as a whole, which is said."""
    rehearsed = await start(careful, 40, 300, dry_run=True)
    await careful.play()
    careful.graph_listings.refuses_counts = True
    uncounted = await start(careful, 40, 300)
    await approve(uncounted, SECOND, careful.tools)
    await careful.play()

    assert State.COMPLETED is (await careful.ended(rehearsed)).finished_as
    assert State.COMPLETED is (await careful.ended(uncounted)).finished_as
    assert any("refuses to count" in sentence for sentence in uncounted.warnings)


async def test_the_urgent_lane_stays_short() -> None:
    """A scope that was counted as urgent work and grew takes the bulk lane from its 201st user on."""
    world = World()
    run = await start(world, 40, 300, priority=Priority.URGENT)
    await world.play()

    lanes = [(await world.ledger.batch(run.id, name)).lane for name in world.ledger._batches[run.id]]  # type: ignore[union-attr]
    assert 200 >= 20 * lanes.count(Priority.URGENT)
    assert 300 == len(world.graph_users.revoked)


async def test_the_route_takes_the_number() -> None:
    """A text that is no number is a 400, another number a 409."""
    front = Front(World(approval_above=50))
    run = await start(front.world, 100, 100)
    params = {"id": run.id}
    wrong = await front.ask("approve_run", params=params, query="users=all")
    other = await front.ask("approve_run", params=params, query="users=99")
    right = await front.ask("approve_run", params=params, query="users=100")

    assert (400, 409, 202) == (wrong.status, other.status, right.status)
    assert (100, 110) == (right.json["approval"]["users"], right.json["approval"]["covers"])
