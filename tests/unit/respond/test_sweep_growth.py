"""A sweep runs for as many users as it was made for: one that has grown beyond that needs a second person again."""

import logging
from dataclasses import replace
from datetime import timedelta

import pytest
from support.company import ALICE, CROWD, World
from support.fakes import START
from support.sweeping import SAM, FakeSweeps, a_spec

from revoker.adapters.tables.sweep_rows import sweep_row
from revoker.core.request import Scope
from revoker.core.sweep import SETTINGS_ID, Sweep, SweepState
from revoker.core.sweep_spec import SweepSpec
from revoker.respond.sweeps import manage as use
from revoker.respond.sweeps.tick import tick

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
OF_A_GROUP = replace(a_spec(), run=replace(a_spec().run, targets=(), scope=Scope(groups=("g",))))
EVERYBODY = [user.id for user in CROWD]


@pytest.fixture
def careful() -> World:
    """Return a company where more than twenty users need a second person, and a group of one."""
    world = World(approval_above=20)
    world.graph_listings.groups["g"] = [ALICE.id]
    return world


@pytest.fixture
def sweeps() -> FakeSweeps:
    """Return no sweeps."""
    return FakeSweeps()


async def minutes(world: World, sweeps: FakeSweeps, count: int, declared: SweepSpec | None = None) -> Sweep:
    """Let the timer fire every minute from the next tick on, do all that comes of it, and return the one sweep."""
    world.clock.moment = max(world.clock.moment, START + HOUR)
    for _ in range(count):
        await tick(declared, sweeps, world.protection, world.tools)
        await world.play()
        world.clock.moment += MINUTE
    [sweep] = await sweeps.all()
    return sweep


async def test_a_group_filled_after_the_sweep_was_made_is_not_swept(
    careful: World, sweeps: FakeSweeps, caplog: pytest.LogCaptureFixture
) -> None:
    """Nobody is revoked: it fails, says what grew to what and what to do, and goes on once the group is as it was."""
    await use.create(OF_A_GROUP, sweeps, careful.tools)
    careful.graph_listings.groups["g"] = EVERYBODY
    failing = await minutes(careful, sweeps, 3)
    revoked = list(careful.graph_users.revoked)
    careful.graph_listings.groups["g"] = [ALICE.id]
    mended = await minutes(careful, sweeps, 1)

    assert (SweepState.FAILING, (), []) == (failing.state(careful.clock.now()), failing.runs, revoked)
    assert failing.problem == (
        "The last 3 attempts started nothing: The sweep was made for 1 user and has come to 300, where more than 20 "
        "need a second person. Delete it, create it anew, and have a second person approve it."
    )
    assert 1 == sum("sweep_failing" in record.getMessage() for record in caplog.records)
    assert (SweepState.ACTIVE, [ALICE.id]) == (mended.state(careful.clock.now()), careful.graph_users.revoked)


@pytest.mark.parametrize(
    ("made_for", "come_to", "runs"),
    [(1, 20, 1), (1, 21, 0), (20, 20, 1), (20, 21, 0), (30, 33, 1), (30, 34, 0), (30, 3, 1), (200, 220, 1)],
)
async def test_ordinary_growth(careful: World, sweeps: FakeSweeps, made_for: int, come_to: int, runs: int) -> None:
    """What one person may decide about stays that; what a second person approved may grow by a tenth."""
    careful.graph_listings.groups["g"] = EVERYBODY[:made_for]
    created = await use.create(OF_A_GROUP, sweeps, careful.tools)
    if created.awaits_approval:
        await use.resume(created, SAM, sweeps, careful.clock.now())
    careful.graph_listings.groups["g"] = EVERYBODY[:come_to]

    assert runs == len((await minutes(careful, sweeps, 1)).runs)


async def test_without_a_cap_a_sweep_may_grow(sweeps: FakeSweeps, caplog: pytest.LogCaptureFixture) -> None:
    """Nobody is asked about anything, but the log tells from what to what: the alert on mass runs looks for that."""
    caplog.set_level(logging.INFO, logger="revoker")
    world = World()
    world.graph_listings.groups["g"] = [ALICE.id]
    await use.create(OF_A_GROUP, sweeps, world.tools)
    world.graph_listings.groups["g"] = EVERYBODY

    assert 1 == len((await minutes(world, sweeps, 1)).runs)
    assert '"expected": 300, "approved_size": 1' in caplog.text


async def test_the_sweep_of_the_settings_is_counted_at_its_first_tick(careful: World, sweeps: FakeSweeps) -> None:
    """Whoever writes the settings sets the cap; what comes later is growth, until they write them again."""
    careful.graph_listings.groups["g"] = EVERYBODY[:100]
    first = await minutes(careful, sweeps, 61, OF_A_GROUP)
    careful.graph_listings.groups["g"] = EVERYBODY
    grown = await minutes(careful, sweeps, 63, OF_A_GROUP)
    rewritten = replace(OF_A_GROUP, every_minutes=15)
    again = await minutes(careful, sweeps, 16, rewritten)

    assert (SETTINGS_ID, 1, 100) == (first.id, len(first.runs), first.approved_size)
    assert (1, SweepState.FAILING) == (len(grown.runs), grown.state(careful.clock.now()))
    assert grown.last_failure.endswith("Check its scope, then change its settings: its size is then recorded anew.")
    assert (2, 300) == (len(again.runs), again.approved_size)


async def test_a_row_from_before_is_counted_at_its_next_tick(careful: World, sweeps: FakeSweeps) -> None:
    """It can be read, runs, and is held to its number from then on."""
    created = await use.create(OF_A_GROUP, sweeps, careful.tools)
    sweeps._rows[created.id] = sweep_row(replace(created, approved_size=None))
    after = await minutes(careful, sweeps, 1)

    assert (1, 1) == (after.approved_size, len(after.runs))


async def test_a_tick_whose_run_was_accepted_finds_it_though_it_has_grown_since(
    careful: World, sweeps: FakeSweeps
) -> None:
    """An instance that died after the run was accepted leaves it to be found: the tick has its run, and no failure."""
    stale = await use.create(OF_A_GROUP, sweeps, careful.tools)
    await minutes(careful, sweeps, 1)
    careful.graph_listings.groups["g"] = EVERYBODY
    other = FakeSweeps()
    await other.add(stale)
    found = await minutes(careful, other, 1)

    assert ([ALICE.id], 1, 0) == (careful.graph_users.revoked, len(found.runs), found.failed_attempts)
