"""What people and the timer do with sweeps, on stand-ins."""

from dataclasses import replace
from datetime import timedelta

import pytest
from support.company import ALICE, BEN, BREAKGLASS, LONG_AGO, World
from support.fakes import START, FakeLedger
from support.sweeping import RITA, SAM, FakeSweeps, a_spec

from revoker.core.federation import Certificate, Domain, Trust
from revoker.core.graph_answer import GraphAnswer
from revoker.core.problems import ConflictError, ForbiddenError, GateError, InvalidError, UnknownError
from revoker.core.request import Priority, Scope, Trigger
from revoker.core.run import State
from revoker.core.sweep import SETTINGS_ID, Sweep, SweepState, new_sweep
from revoker.core.sweep_spec import SweepSpec
from revoker.ports.ledger import Claim
from revoker.respond.sweeps import manage as use
from revoker.respond.sweeps.settings_sweep import sync_settings_sweep
from revoker.respond.sweeps.tick import tick

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)


@pytest.fixture
def sweeps() -> FakeSweeps:
    """Return no sweeps."""
    return FakeSweeps()


async def settle(world: World) -> None:
    """Deliver everything."""
    while world.outbox.sent:
        await world.step()


async def timer(world: World, sweeps: FakeSweeps, after: timedelta, declared: SweepSpec | None = None) -> None:
    """Let time pass and the timer fire."""
    world.clock.moment += after
    await tick(declared, sweeps, world.protection, world.tools)


async def the(sweeps: FakeSweeps) -> Sweep:
    """Return the one sweep there is."""
    [sweep] = await sweeps.all()
    return sweep


async def test_a_tick_is_an_ordinary_run(world: World, sweeps: FakeSweeps) -> None:
    """By the clock's door, in the bulk lane, for the creator's reason; only who is behind the cutoff is revoked."""
    world.graph_users._valid_from[BEN.id] = START
    created = await use.create(a_spec(ALICE.id, BEN.id, BREAKGLASS.id), sweeps, world.tools)
    await timer(world, sweeps, HOUR)
    await settle(world)
    [ran] = (await the(sweeps)).runs
    run = await world.ledger.run(ran.run)
    assert run is not None

    assert (Trigger.SCHEDULE, Priority.BULK, created.id, RITA, "the weeks after") == (
        run.trigger,
        run.priority,
        run.sweep_id,
        run.requested_by,
        run.reason,
    )
    expected = {ALICE.id: "verified", BEN.id: "already_revoked", BREAKGLASS.id: "protected"}
    assert expected == await world.outcomes(run)
    assert [ALICE.id] == world.graph_users.revoked


async def test_a_tick_delivered_twice_is_one_run(world: World, sweeps: FakeSweeps) -> None:
    """By the timer twice, and by an instance that read the sweep before the other had written."""
    await use.create(a_spec(), sweeps, world.tools)
    stale = await the(sweeps)
    await timer(world, sweeps, HOUR)
    await timer(world, sweeps, timedelta(0))
    late = FakeSweeps()
    await late.add(stale)
    await timer(world, late, timedelta(0))

    assert (await the(sweeps)).runs == (await the(late)).runs
    assert 1 == len((await world.ledger.runs(None, 10, None)).rows)


async def test_a_run_that_goes_on_skips_the_tick(world: World, sweeps: FakeSweeps) -> None:
    """Skipped and counted; the next one after its end starts again."""
    await use.create(a_spec(), sweeps, world.tools)
    await timer(world, sweeps, HOUR)
    await timer(world, sweeps, HOUR)
    skipped = await the(sweeps)
    await settle(world)
    await timer(world, sweeps, HOUR)

    assert (1, 1, START + 3 * HOUR) == (skipped.skipped, len(skipped.runs), skipped.next_tick)
    after = await the(sweeps)
    assert (1, 2, State.COMPLETED) == (after.skipped, len(after.runs), after.runs[1].state)


async def test_a_failing_sweep_says_why_and_keeps_trying(world: World, sweeps: FakeSweeps) -> None:
    """Three runs in a row that leave somebody undone; one good run is enough to be active again."""
    created = await use.create(a_spec("nobody@contoso.com"), sweeps, world.tools)
    states = []
    for _ in range(4):
        await timer(world, sweeps, HOUR)
        await timer(world, sweeps, MINUTE)
        states.append((await the(sweeps)).state(world.clock.now()))

    assert [SweepState.ACTIVE, SweepState.ACTIVE, SweepState.FAILING, SweepState.FAILING] == states
    shown = await use.show(await use.find(created.id, sweeps), world.ledger, world.clock.now())
    assert "The last 3 runs failed: completed_with_failures: 1 not_found" == shown["problem"]


async def test_what_cannot_start_is_tried_every_minute(world: World, sweeps: FakeSweeps) -> None:
    """While the protected list cannot be read nothing is started; the tick stays due, and says so."""
    await use.create(a_spec(), sweeps, world.tools)
    a_minute = [GraphAnswer(status=503)] * 2  # asked for the start of the run, and once more by the timer
    world.graph_users.read_scripts[BREAKGLASS.user_principal_name] = a_minute * 3
    await timer(world, sweeps, HOUR)
    await timer(world, sweeps, MINUTE)
    await timer(world, sweeps, MINUTE)
    failing = await the(sweeps)
    await timer(world, sweeps, MINUTE)
    after = await the(sweeps)

    assert (SweepState.FAILING, START + HOUR) == (failing.state(world.clock.now()), failing.next_tick)
    assert "The last 3 attempts started nothing: The protected accounts cannot be checked" in failing.problem
    assert (1, 0, SweepState.ACTIVE) == (len(after.runs), after.failed_attempts, after.state(world.clock.now()))


async def test_one_that_fails_does_not_hold_up_the_others(world: World, sweeps: FakeSweeps) -> None:
    """What nobody foresaw is raised in the end, so that it is seen, and the others have had their turn."""
    broken = replace(new_sweep("a", a_spec(), START), next_tick=START)
    await sweeps.add(replace(broken, spec=replace(broken.spec, every_minutes=0)))
    await sweeps.add(replace(new_sweep("b", a_spec(), START), next_tick=START))
    with pytest.raises(ZeroDivisionError):
        await timer(world, sweeps, MINUTE)
    other = await sweeps.get("b")
    assert other is not None

    assert 1 == len(other.runs)


async def test_its_end(world: World, sweeps: FakeSweeps) -> None:
    """It stops by itself, says so, and can be neither paused nor resumed, only deleted."""
    created = await use.create(a_spec(until=START + 2 * HOUR), sweeps, world.tools)
    await timer(world, sweeps, HOUR)
    await settle(world)
    await timer(world, sweeps, HOUR)
    ended = await the(sweeps)

    assert (1, "Its end (until) has passed.", None) == (len(ended.runs), ended.ended_because, ended.next_tick)
    with pytest.raises(ConflictError, match="has ended"):
        await use.pause(ended, RITA, sweeps, world.clock.now())
    with pytest.raises(ConflictError, match="has ended"):
        await use.resume(ended, RITA, sweeps, world.clock.now())
    await use.delete(ended.id, RITA, sweeps)
    with pytest.raises(UnknownError):
        await use.find(created.id, sweeps)


async def test_pausing_and_resuming(world: World, sweeps: FakeSweeps) -> None:
    """Paused, nothing starts; resumed, the next tick is one that is still to come."""
    await use.create(a_spec(), sweeps, world.tools)
    await use.pause(await the(sweeps), RITA, sweeps, world.clock.now())
    await timer(world, sweeps, 5 * HOUR + MINUTE)
    paused = await the(sweeps)
    resumed = await use.resume(paused, SAM, sweeps, world.clock.now())

    assert (SweepState.PAUSED, ()) == (paused.state(world.clock.now()), paused.runs)
    assert (SweepState.ACTIVE, START + 6 * HOUR) == (resumed.state(world.clock.now()), resumed.next_tick)


async def test_a_deleted_sweep_stays_deleted(world: World) -> None:
    """Even if the timer had read it before."""

    class Vanishing(FakeSweeps):
        async def all(self) -> tuple[Sweep, ...]:
            found = await super().all()
            for sweep in found:
                await self.remove(sweep.id)
            return found

    vanishing = Vanishing()
    await vanishing.add(new_sweep("s", a_spec(), START))
    await timer(world, vanishing, HOUR)

    assert None is await vanishing.get("s")


async def test_a_missing_key_elsewhere_is_not_taken_for_a_deletion(world: World, sweeps: FakeSweeps) -> None:
    """A defect is raised, as long as the sweep is there."""
    await use.create(a_spec(), sweeps, world.tools)

    class Broken(FakeLedger):
        async def claim(self, key: str, run: str, digest: str, instead_of: str | None = None) -> Claim:
            raise KeyError(key, run, digest, instead_of)

    world.clock.moment += HOUR
    with pytest.raises(KeyError):
        await tick(None, sweeps, world.protection, replace(world.tools, ledger=Broken()))


async def test_there_are_at_most_a_hundred(world: World, sweeps: FakeSweeps) -> None:
    """The list and the timer stay small."""
    for _ in range(use.MOST_SWEEPS):
        await use.create(a_spec(), sweeps, world.tools)
    with pytest.raises(ConflictError, match="There are 100 sweeps"):
        await use.create(a_spec(), sweeps, world.tools)


async def test_a_run_is_shown_as_it_stands(world: World, sweeps: FakeSweeps) -> None:
    """While it goes on and once it has ended, without waiting for the timer."""
    await use.create(a_spec(), sweeps, world.tools)
    await timer(world, sweeps, HOUR)
    going = (await use.show_all(sweeps, world.ledger, world.clock.now()))["sweeps"][0]["runs"][0]  # type: ignore[index]
    await settle(world)
    done = (await use.show_all(sweeps, world.ledger, world.clock.now()))["sweeps"][0]["runs"][0]  # type: ignore[index]

    assert ("revoking", "completed") == (going["state"], done["state"])
    assert None is (await the(sweeps)).runs[0].state


async def test_a_run_that_the_ledger_lost_does_not_block(world: World, sweeps: FakeSweeps) -> None:
    """It counts as failed, and the next tick starts another."""
    await use.create(a_spec(), sweeps, world.tools)
    await timer(world, sweeps, HOUR)
    world.ledger._runs.clear()
    await timer(world, sweeps, HOUR)

    assert [None, State.FAILED] == [run.state for run in (await the(sweeps)).runs]


async def test_the_sweep_of_the_settings(world: World, sweeps: FakeSweeps) -> None:
    """It appears by itself, runs, cannot be deleted, begins anew when changed and goes with its settings."""
    spec = a_spec()
    await sync_settings_sweep(spec, sweeps, world.tools.clock.now())
    await timer(world, sweeps, HOUR, spec)
    await settle(world)
    ran = await the(sweeps)
    with pytest.raises(ConflictError, match="remove SWEEP_SCHEDULE"):
        await use.delete(ran.id, RITA, sweeps)
    paused = await use.pause(ran, RITA, sweeps, world.clock.now())
    await timer(world, sweeps, MINUTE, spec)
    still = await the(sweeps)
    await timer(world, sweeps, MINUTE, replace(spec, every_minutes=30))
    changed = await the(sweeps)
    await timer(world, sweeps, MINUTE, None)

    assert (SETTINGS_ID, 1) == (ran.id, len(ran.runs))
    assert paused.paused_by == still.paused_by == RITA
    assert (None, 1, START + HOUR + 32 * MINUTE) == (changed.paused_by, len(changed.runs), changed.next_tick)
    assert () == await sweeps.all()


async def test_a_device_that_comes_back_is_caught(world: World, sweeps: FakeSweeps) -> None:
    """The next tick finds its old session, and the one after that finds nothing to do."""
    await use.create(a_spec(ALICE.id), sweeps, world.tools)
    for hour in range(3):
        if hour != 2:
            world.graph_users._valid_from[ALICE.id] = LONG_AGO
        await timer(world, sweeps, HOUR)
        await settle(world)

    assert [ALICE.id] * 2 == world.graph_users.revoked


OLD = Certificate("a" * 40, "a" * 64, "a" * 64, "CN=old", START - timedelta(days=90))
TRUSTING = Domain("contoso.com", federated=True, trusts=(Trust("urn:idp", current=OLD),))
EVERYBODY = replace(a_spec(), run=replace(a_spec().run, targets=(), scope=Scope(all_users=True)))


def acknowledging(spec: SweepSpec, *codes: str) -> SweepSpec:
    """Return the sweep with the intruder known and codes acknowledged."""
    return replace(spec, run=replace(spec.run, compromised_at=START - timedelta(days=1), acknowledge=codes))


async def test_the_gate_is_asked_once_when_a_sweep_is_made(world: World, sweeps: FakeSweeps) -> None:
    """Refused, nothing is stored; acknowledged, every run shows it, whatever becomes of the certificates."""
    world.graph_listings.verified = (TRUSTING,)
    with pytest.raises(GateError):
        await use.create(acknowledging(EVERYBODY), sweeps, world.tools)
    assert () == await sweeps.all()
    sweep = await use.create(acknowledging(EVERYBODY, "federation_not_rotated"), sweeps, world.tools)
    world.graph_listings.verified = (Domain("contoso.com", federated=True, unread="http_403"),)
    await timer(world, sweeps, HOUR)
    await world.play()
    [ran] = (await the(sweeps)).runs
    run = await world.ledger.run(ran.run)
    assert run is not None

    assert sweep.acknowledged == run.acknowledged
    assert "Acknowledged by Rita Responder (id-1)." in run.acknowledged[0]
    assert State.COMPLETED is run.finished_as


async def test_a_scope_that_is_not_there_is_refused(world: World, sweeps: FakeSweeps) -> None:
    """A group that Graph does not know makes no sweep; one that goes away later makes it fail, with the path."""
    spec = replace(EVERYBODY, run=replace(EVERYBODY.run, scope=Scope(groups=("g",))))
    with pytest.raises(InvalidError):
        await use.create(spec, sweeps, world.tools)
    world.graph_listings.groups["g"] = [ALICE.id]
    await use.create(spec, sweeps, world.tools)
    del world.graph_listings.groups["g"]
    for _ in range(3):
        await timer(world, sweeps, HOUR)
    failing = await the(sweeps)

    assert SweepState.FAILING is failing.state(world.clock.now())
    assert failing.problem.endswith(
        "The directory does not know what the request names. groups[0]: there is no group g."
    )


async def test_above_the_cap_a_second_person_must_approve() -> None:
    """Until then nothing starts; its creator may not, somebody else may, and from then on no run asks again."""
    world, sweeps = World(approval_above=5), FakeSweeps()
    waiting = await use.create(EVERYBODY, sweeps, world.tools)
    await timer(world, sweeps, 2 * HOUR)
    before = await the(sweeps)
    with pytest.raises(ForbiddenError, match="another person approve"):
        await use.resume(before, RITA, sweeps, world.clock.now())
    with pytest.raises(ConflictError, match="before it is approved"):
        await use.pause(before, RITA, sweeps, world.clock.now())
    approved = await use.resume(before, SAM, sweeps, world.clock.now())
    await timer(world, sweeps, HOUR)
    await world.play()
    [ran] = (await the(sweeps)).runs
    run = await world.ledger.run(ran.run)
    assert run is not None

    assert (SweepState.AWAITING_APPROVAL, START + 4 * HOUR) == (waiting.state(START), waiting.approval_until)
    assert ((), None) == (before.runs, (await use.show(waiting, world.ledger, world.clock.now()))["nextTick"])
    assert (SweepState.ACTIVE, SAM, START + 3 * HOUR) == (
        approved.state(world.clock.now()),
        approved.approved_by,
        approved.next_tick,
    )
    assert (None, State.COMPLETED) == (run.approval_until, run.finished_as)


async def test_at_the_cap_no_second_person_is_needed() -> None:
    """Two users may be swept where two are allowed; three may not."""
    world, sweeps = World(approval_above=2), FakeSweeps()
    two = await use.create(a_spec(ALICE.id, BEN.id), sweeps, world.tools)
    three = await use.create(a_spec(ALICE.id, BEN.id, BREAKGLASS.id), sweeps, world.tools)

    assert (False, True) == (two.awaits_approval, three.awaits_approval)


async def test_a_sweep_that_is_not_approved_ends() -> None:
    """After four hours, and says so."""
    world, sweeps = World(approval_above=1), FakeSweeps()
    await use.create(EVERYBODY, sweeps, world.tools)
    await timer(world, sweeps, 4 * HOUR)
    ended = await the(sweeps)

    assert "No second person approved it in time." == ended.ended_because
    with pytest.raises(ConflictError, match="has ended"):
        await use.resume(ended, SAM, sweeps, world.clock.now())


async def test_the_sweep_of_the_settings_meets_the_gate_at_its_first_tick(world: World, sweeps: FakeSweeps) -> None:
    """While certificates are old it starts nothing and says why; afterwards it is not asked again."""
    spec = acknowledging(EVERYBODY)
    world.graph_listings.verified = (TRUSTING,)
    await sync_settings_sweep(spec, sweeps, world.tools.clock.now())
    await timer(world, sweeps, HOUR, spec)
    await timer(world, sweeps, MINUTE, spec)
    await timer(world, sweeps, MINUTE, spec)
    failing = await the(sweeps)
    world.graph_listings.verified = (Domain("contoso.com"),)
    await timer(world, sweeps, MINUTE, spec)
    started = await the(sweeps)

    assert (SweepState.FAILING, ()) == (failing.state(world.clock.now()), failing.runs)
    assert "CN=old" in failing.problem
    assert (1, True) == (len(started.runs), started.admitted)


async def test_a_tick_with_nothing_to_do_is_one_listing(world: World, sweeps: FakeSweeps) -> None:
    """Every page once, no write, no batch: those who comply need only be looked at."""
    for user in world.graph_users.ids:
        world.graph_users._valid_from[user] = START
    await use.create(EVERYBODY, sweeps, world.tools)
    world.graph_listings.asked.clear()
    await timer(world, sweeps, HOUR)
    await world.play()
    [ran] = (await the(sweeps)).runs
    pages = [asked for asked in world.graph_listings.asked if asked[0] == "page"]

    assert -(-len(world.graph_users.ids) // 100) == len(pages)
    assert [] == world.graph_users.revoked
    assert {} == world.ledger._batches[ran.run]
