"""Users that Graph refuses while it takes others are told apart, and no sweep fails for them alone."""

from datetime import timedelta

import pytest
from support.company import ALICE, BEN, CROWD, World
from support.fakes import START
from support.sweeping import FakeSweeps, a_spec

from revoker.core.graph_answer import GraphAnswer
from revoker.core.request import Scope
from revoker.core.run import Run, State
from revoker.core.sweep import SweepState
from revoker.respond.sweeps import manage
from revoker.respond.sweeps.tick import tick

NO = GraphAnswer(status=403, body={"error": {"code": "Authorization_RequestDenied"}})


def refuse(world: World, *names: str) -> None:
    """Let Graph refuse these users for ever."""
    for name in names:
        world.graph_users.scripts[name] = [NO] * 50


async def reasons(world: World, run: Run) -> dict[str, str | None]:
    """Return the reason of each refused user."""
    return {user.key: user.reason for user in await world.users(run) if user.outcome == "refused"}


@pytest.mark.parametrize(
    ("refused", "reason", "warned"),
    [((BEN.id,), "restricted_unit", True), ((ALICE.id, BEN.id), "forbidden", False)],
)
async def test_users_refused_while_others_pass(
    world: World, refused: tuple[str, ...], reason: str, *, warned: bool
) -> None:
    """Where Graph takes others they are in a restricted unit, with the remedy in a warning; else it is a permission."""
    refuse(world, *refused)
    run = await world.start(ALICE.id, BEN.id)
    await world.play()

    assert dict.fromkeys(refused, reason) == await reasons(world, run)
    assert warned == any("Entra role" in sentence for sentence in (await world.ended(run)).warnings)


@pytest.mark.parametrize(
    ("told", "reasons_given"),
    [
        ({ALICE.id: True, BEN.id: True}, ("restricted_unit", "restricted_unit")),
        ({ALICE.id: True}, ("restricted_unit", "forbidden")),
        ({ALICE.id: False, BEN.id: True}, ("forbidden", "restricted_unit")),
    ],
    ids=["both", "one, and the other is not told", "one, and the other is not"],
)
async def test_the_directory_tells_who_is_in_a_unit(
    world: World, told: dict[str, bool], reasons_given: tuple[str, str]
) -> None:
    """What it tells needs no other user that passes, and is believed against one."""
    refuse(world, ALICE.id, BEN.id)
    world.graph_users.units = told
    run = await world.start(ALICE.id, BEN.id)
    await world.play()

    assert dict(zip((ALICE.id, BEN.id), reasons_given, strict=True)) == await reasons(world, run)
    assert any("are in a restricted" in sentence for sentence in (await world.ended(run)).warnings)


async def test_a_user_that_is_in_no_unit_is_forbidden(world: World) -> None:
    """Others pass, and the directory says that no unit is the reason: the remedy would be the wrong one."""
    refuse(world, BEN.id)
    world.graph_users.units = {BEN.id: False}
    run = await world.start(ALICE.id, BEN.id)
    await world.play()

    assert {BEN.id: "forbidden"} == await reasons(world, run)


async def test_others_may_have_passed_in_another_batch(world: World) -> None:
    """Of a run over everybody the last batch is refused: the batches before it passed."""
    refuse(world, *(user.id for user in CROWD[200:]))
    run = await world.start(scope=Scope(all_users=True))
    await world.play()

    assert {"restricted_unit"} == set((await reasons(world, run)).values())


async def test_the_last_users_behind_a_cutoff(world: World) -> None:
    """Others are revoked already, and the token says that the identity may revoke: the one left is restricted."""
    await world.start(ALICE.id)
    await world.play()
    refuse(world, BEN.id)
    run = await world.start(ALICE.id, BEN.id, issued_before=START)
    await world.play()

    assert {BEN.id: "restricted_unit"} == await reasons(world, run)


@pytest.mark.parametrize(
    ("refused", "state"),
    [((BEN.id,), SweepState.ACTIVE), ((ALICE.id, BEN.id), SweepState.FAILING)],
)
async def test_a_sweep_does_not_fail_for_restricted_users_alone(
    world: World, refused: tuple[str, ...], state: SweepState
) -> None:
    """Three runs in a row leave the same users undone; no sweep can mend that, and every other failure would drown."""
    sweeps = FakeSweeps()
    refuse(world, *refused)
    await manage.create(a_spec(ALICE.id, BEN.id), sweeps, world.tools)
    for _ in range(4):
        world.clock.moment += timedelta(hours=1)
        await tick(None, sweeps, world.protection, world.tools)
        await world.play()
    world.clock.moment += timedelta(minutes=1)
    await tick(None, sweeps, world.protection, world.tools)
    [sweep] = await sweeps.all()

    assert state is sweep.state(world.clock.now())
    assert {State.COMPLETED_WITH_FAILURES} == {ran.state for ran in sweep.runs}
