"""An exclusion that spares no user is said: refused where it is looked up, counted and named where it is not."""

import pytest
from support.company import ALICE, BEN, BREAKGLASS, CROWD, World
from support.fakes import START
from support.sweeping import FakeSweeps, a_spec

from revoker.core.problems import InvalidError
from revoker.core.request import Scope, Trigger
from revoker.core.run import Run
from revoker.respond.sweeps import manage

EVERYBODY = Scope(all_users=True)
GROUP, OTHER = "0a0a0a0a-1111-4222-8333-444444444444", "0b0b0b0b-1111-4222-8333-444444444444"
GHOST = "ghost@contoso.com"
MANY = frozenset(f"nobody{number}@contoso.com" for number in range(200))


async def ended(world: World, run: Run) -> tuple[str, ...]:
    """Return the warnings of a run that was played to its end."""
    await world.play()
    return (await world.ended(run)).warnings


@pytest.mark.parametrize("scope", [Scope(), EVERYBODY])
async def test_an_excluded_user_that_does_not_exist_is_refused(world: World, scope: Scope) -> None:
    """With a slip in the name the exclusion would spare nobody, and the user would be signed out unsaid."""
    with pytest.raises(InvalidError) as caught:
        await world.start(ALICE.id, scope=scope, exclude_users=frozenset({BEN.id, GHOST}))

    [(path, message)] = caught.value.errors
    assert "exclude.users" == path
    assert GHOST in message
    assert BEN.id not in message
    assert [] == world.outbox.sent


async def test_a_sweep_is_refused_when_it_is_made_and_goes_on_later(world: World) -> None:
    """A user that leaves the company does not stop the sweeps that excluded it; each run says so."""
    spec = a_spec(ALICE.id)
    bad = manage.replace(spec, run=manage.replace(spec.run, exclude_users=frozenset({GHOST})))
    with pytest.raises(InvalidError):
        await manage.create(bad, FakeSweeps(), world.tools)
    run = await world.start(ALICE.id, trigger=Trigger.SCHEDULE, exclude_users=frozenset({GHOST}))

    assert (f"Excluded, and no user of this directory: {GHOST}.",) == run.warnings


@pytest.mark.parametrize("scope", [Scope(), EVERYBODY])
async def test_exclusions_that_were_not_looked_up_and_spared_no_user_are_named(world: World, scope: Scope) -> None:
    """Of 203 names, those of alice (by id) and of the protected account met users; the others are counted and named."""
    given = MANY | {ALICE.id, BREAKGLASS.user_principal_name, GHOST}
    named = [ALICE.user_principal_name, BREAKGLASS.id]
    run = await world.start(*named, scope=scope, exclude_users=given)
    said = [sentence for sentence in await ended(world, run) if "names spared" in sentence]

    assert ["201 excluded names spared no user of this run"] == [sentence.partition(":")[0] for sentence in said]
    assert GHOST in said[0]
    assert ALICE.id not in said[0]
    assert ALICE.id not in world.graph_users.revoked


@pytest.mark.parametrize("scope", [Scope(), EVERYBODY])
async def test_an_excluded_group_that_spared_no_user_is_named(world: World, scope: Scope) -> None:
    """An empty group, or one of other users, may be the wrong group."""
    world.graph_listings.groups = {GROUP: [ALICE.id], OTHER: []}
    run = await world.start(ALICE.id, scope=scope, exclude_groups=(GROUP, OTHER))
    said = [sentence for sentence in await ended(world, run) if "spared no user" in sentence]

    assert [f"1 excluded groups spared no user of this run: {OTHER}."] == said


async def test_exclusions_that_spared_a_user_are_not_named(world: World) -> None:
    """A run whose every exclusion spared a user has no warning about them."""
    world.graph_listings.groups = {GROUP: [CROWD[0].id]}
    run = await world.start(scope=EVERYBODY, exclude_users=frozenset({ALICE.id}), exclude_groups=(GROUP,))

    assert [] == [sentence for sentence in await ended(world, run) if "exclu" in sentence.lower()]


@pytest.mark.parametrize(("protected", "said"), [((), True), ((BREAKGLASS.id,), False)])
async def test_a_run_over_everybody_without_protected_accounts_says_so(
    protected: tuple[str, ...], *, said: bool
) -> None:
    """An empty REVOKER_PROTECTED signs out the emergency accounts too; a run of named users is not told."""
    world = World(protected=protected)
    everybody = await world.start(scope=EVERYBODY)
    named = await world.start(ALICE.id, issued_before=START)

    assert said == any("REVOKER_PROTECTED is empty" in sentence for sentence in everybody.warnings)
    assert () == named.warnings
