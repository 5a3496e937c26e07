"""A large run waits for a second person."""

from datetime import timedelta

import pytest
from support.company import ALICE, CROWD, World

from revoker.core.problems import ConflictError, ForbiddenError
from revoker.core.request import Person, Scope, Trigger
from revoker.core.run import Run, State
from revoker.core.run_state import state_of
from revoker.respond.cancel import cancel
from revoker.respond.recover.heal import heal
from revoker.respond.start.approve import approve

SECOND = Person("id-2", "Sam Second")
NAMES = [user.id for user in CROWD[:30]]


@pytest.fixture
def careful() -> World:
    """Return a company where more than twenty users need a second person."""
    return World(approval_above=20)


async def state(world: World, run: Run) -> State:
    """Return where the run stands."""
    found = await world.ledger.run(run.id)
    assert found is not None
    return state_of(found, await world.ledger.tally(run.id))


async def large(world: World, *, everybody: bool) -> Run:
    """Start a run that needs approval."""
    return await (world.start(scope=Scope(all_users=True)) if everybody else world.start(*NAMES))


@pytest.mark.parametrize("everybody", [True, False])
async def test_nothing_happens_before_the_second_person(careful: World, *, everybody: bool) -> None:
    """No message, no call, no healing: the run waits, and goes once somebody else says so."""
    run = await large(careful, everybody=everybody)
    careful.clock.moment += timedelta(hours=1)
    await heal(careful.tools)

    assert [] == careful.outbox.sent
    assert State.AWAITING_APPROVAL is await state(careful, run)
    await approve(run, SECOND, careful.tools)
    await approve(run, SECOND, careful.tools)
    await careful.play()

    ended = await careful.ended(run)
    assert State.COMPLETED is ended.finished_as
    assert SECOND == ended.approved_by
    assert len(careful.graph_users.revoked) == (2 + len(CROWD) if everybody else len(NAMES))


async def test_the_caller_cannot_approve_its_own_run(careful: World) -> None:
    """A second person is somebody else."""
    run = await large(careful, everybody=True)
    with pytest.raises(ForbiddenError):
        await approve(run, run.requested_by, careful.tools)

    assert State.AWAITING_APPROVAL is await state(careful, run)


@pytest.mark.parametrize("everybody", [True, False])
async def test_a_run_that_is_not_approved_in_time_is_cancelled(careful: World, *, everybody: bool) -> None:
    """After four hours the run ends cancelled, and can no longer be approved."""
    run = await large(careful, everybody=everybody)
    careful.clock.moment += timedelta(hours=4, seconds=1)
    with pytest.raises(ConflictError):
        await approve(run, SECOND, careful.tools)
    await heal(careful.tools)
    await careful.play()
    await heal(careful.tools)

    assert State.CANCELLED is (await careful.ended(run)).finished_as
    assert [] == careful.graph_users.revoked


@pytest.mark.parametrize("everybody", [True, False])
async def test_a_waiting_run_can_be_cancelled(careful: World, *, everybody: bool) -> None:
    """Whoever thinks better of it stops it before it began."""
    run = await large(careful, everybody=everybody)
    await cancel(run, run.requested_by, careful.tools)
    await careful.play()

    ended = await careful.ended(run)
    assert (State.CANCELLED, everybody) == (ended.finished_as, ended.incomplete)
    assert [] == careful.graph_users.revoked


@pytest.mark.parametrize(
    "options",
    [{"dry_run": True, "scope": Scope(all_users=True)}, {"trigger": Trigger.SCHEDULE, "scope": Scope(all_users=True)}],
)
async def test_what_needs_no_second_person(careful: World, options: dict[str, object]) -> None:
    """A dry run touches nobody, and a sweep was approved when it was made."""
    run = await careful.start(**options)

    assert run.approval_until is None


async def test_a_run_that_does_not_wait_cannot_be_approved(careful: World) -> None:
    """Small runs go by themselves."""
    run = await careful.start(ALICE.id)
    with pytest.raises(ConflictError):
        await approve(run, SECOND, careful.tools)


async def test_a_worker_that_dies_while_approving_is_made_up_for(careful: World) -> None:
    """Approved, and nothing sent: healing finds what is due."""
    run = await large(careful, everybody=True)
    await approve(run, SECOND, careful.tools)
    careful.outbox.take()
    careful.clock.moment += timedelta(minutes=16)
    await heal(careful.tools)
    await careful.play()

    assert State.COMPLETED is (await careful.ended(run)).finished_as
