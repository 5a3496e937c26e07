"""A dry run that is applied: exactly its users, in its order; users that came since are listed and left out."""

from collections import Counter
from dataclasses import replace

import pytest
from support.company import ALICE, BEN, BREAKGLASS, CROWD, GUEST, World, person

from revoker.core.federation import CODES, UNCHECKED
from revoker.core.outcome import Outcome
from revoker.core.plan_request import PlanRequest
from revoker.core.problems import ConflictError
from revoker.core.request import Person, Scope
from revoker.core.run import Run
from revoker.respond.cancel import cancel
from revoker.respond.start.accept import accept
from revoker.respond.start.apply import request_of
from revoker.respond.start.approve import approve

EVERYBODY = Scope(all_users=True)
RITA, SECOND = Person("id-1", "Rita Responder"), Person("id-2", "Sam Second")
GROUP, OTHER = "0a0a0a0a-1111-4222-8333-444444444444", "0b0b0b0b-1111-4222-8333-444444444444"
ADMINS = "62e90394-69f5-4237-9190-012177145e10"
NEWCOMER = person(9001, "newcomer@contoso.com")


async def dry_run(world: World, *names: str, **options: object) -> Run:
    """Return a dry run that has ended."""
    run = await world.start(*names, dry_run=True, **options)
    await world.play()
    return await world.ended(run)


async def begun(world: World, dry: Run, **said: object) -> Run:
    """Apply a dry run."""
    asked = PlanRequest(run=dry.id, requested_by=RITA, **said)  # type: ignore[arg-type]
    request = await request_of(asked, dry, world.ledger, world.scans)
    run, _ = await accept(request, None, "", world.protection, world.tools)
    return run


async def applied(world: World, dry: Run, **said: object) -> Run:
    """Apply a dry run, let it end, and return it."""
    run = await begun(world, dry, **said)
    await world.play()
    return await world.ended(run)


async def test_exactly_the_users_of_the_dry_run_in_its_order(world: World) -> None:
    """Privileged users first, then the listing's order, the caller's own account last; each once."""
    world.graph_listings.roles = {ADMINS: [BEN.id, CROWD[200].id]}
    dry = await dry_run(world, scope=EVERYBODY, requested_by=Person(ALICE.id, "Alice"))
    planned = {user.id for user in await world.users(dry) if user.outcome is Outcome.PLANNED}
    run = await applied(world, dry)

    assert planned == set(world.graph_users.revoked)
    assert {BEN.id, CROWD[200].id} == set(world.graph_users.revoked[:2])
    assert ALICE.id == world.graph_users.revoked[-1]
    assert [1] == sorted(set(Counter(world.graph_users.revoked).values()))
    assert (dry.id, dry.scope, dry.reason) == (run.plan, run.scope, run.reason)


@pytest.mark.parametrize(("include_new", "outcome"), [(False, "excluded"), (True, "verified")])
async def test_who_came_since_is_listed(world: World, outcome: str, *, include_new: bool) -> None:
    """Left out and named in a warning, unless the caller takes them in."""
    dry = await dry_run(world, scope=EVERYBODY)
    world.graph_users.join(NEWCOMER)
    run = await applied(world, dry, include_new=include_new)
    found = {user.id: user for user in await world.users(run)}[NEWCOMER.id]

    assert outcome == found.outcome
    assert include_new == (NEWCOMER.id in world.graph_users.revoked)
    assert include_new != any("newcomer@contoso.com" in said for said in run.warnings)
    assert include_new != (found.reason == "not_in_plan")


async def test_who_left_the_scope_since_is_revoked_all_the_same(world: World) -> None:
    """The plan counts, as it was looked at: the group's members of now only show who came since."""
    world.graph_listings.groups = {GROUP: [ALICE.id, BEN.id]}
    dry = await dry_run(world, scope=Scope(groups=(GROUP,)))
    world.graph_listings.groups = {GROUP: [BEN.id, CROWD[0].id]}
    run = await applied(world, dry)

    assert {ALICE.id, BEN.id} == set(world.graph_users.revoked)
    assert any(CROWD[0].user_principal_name in said for said in run.warnings)


async def test_nobody_that_the_dry_run_spared_is_revoked(world: World) -> None:
    """Excluded, protected and guests then: with newcomers asked for, they are still no newcomers."""
    world.graph_listings.groups = {OTHER: [CROWD[1].id]}
    dry = await dry_run(
        world, scope=EVERYBODY, exclude_users=frozenset({ALICE.user_principal_name}), exclude_groups=(OTHER,)
    )
    world.graph_listings.groups = {OTHER: []}
    run = await applied(world, dry, include_new=True)
    spared = {ALICE.id, CROWD[1].id, BREAKGLASS.id, GUEST.id}

    assert spared.isdisjoint(world.graph_users.revoked)
    assert spared == {user.id for user in await world.users(run)} - set(world.graph_users.revoked)


async def test_a_user_that_is_protected_since_is_spared(world: World) -> None:
    """The plan says whom to revoke; the protected list of now says whom never to."""
    dry = await dry_run(world, ALICE.id, scope=EVERYBODY)
    later = replace(world, protected=(*world.protected, ALICE.user_principal_name))
    later.scans, later.tools = world.scans, replace(later.tools, scans=world.scans)
    await applied(later, dry)

    assert ALICE.id not in later.graph_users.revoked
    assert BEN.id in later.graph_users.revoked


@pytest.mark.parametrize(("include_new", "users"), [(False, 2), (True, 11)])
async def test_an_approval_is_for_the_users_that_were_looked_at(users: int, *, include_new: bool) -> None:
    """The number to approve is the plan's, not the directory's of now; with newcomers only a count can tell."""
    careful = World(approval_above=1)
    careful.graph_listings.groups = {GROUP: [ALICE.id, BEN.id, BREAKGLASS.id]}
    dry = await dry_run(careful, scope=Scope(groups=(GROUP,)))
    careful.graph_listings.groups = {GROUP: [ALICE.id, *(user.id for user in CROWD[:10])]}
    run = await begun(careful, dry, include_new=include_new)
    scan = await careful.scans.scan(run.id)

    assert (users, users * 110 // 100) == (run.approval_size, run.covers)
    assert scan is not None
    assert users == scan.expected


async def test_users_named_beside_a_scope_are_counted_once() -> None:
    """A dry run's named users are part of its plan: with them counted twice, the run would ask again for nothing."""
    careful = World(approval_above=1)
    careful.graph_listings.groups = {GROUP: [user.id for user in CROWD[:4]]}
    dry = await dry_run(careful, ALICE.id, BEN.id, scope=Scope(groups=(GROUP,)))
    run = await begun(careful, dry)
    await approve(run, SECOND, careful.tools)
    await careful.play()

    assert (6, False) == (run.approval_size, (await careful.ended(run)).has_grown)
    assert 6 == len(careful.graph_users.revoked)


async def test_named_users_are_applied_too(world: World) -> None:
    """Without a scope no newcomer can come; users that were not planned stay out."""
    dry = await dry_run(world, ALICE.user_principal_name, BEN.id, "ghost@contoso.com", BREAKGLASS.id)
    run = await applied(world, dry, reason="applied")

    assert {ALICE.id, BEN.id} == set(world.graph_users.revoked)
    assert ({"verified": 2}, "applied") == (
        {outcome.value: count for outcome, count in (await world.ledger.tally(run.id)).counts.items()},
        run.reason,
    )


async def test_only_a_dry_run_that_completed_is_a_plan(world: World) -> None:
    """A real run, a dry run on its way and a cancelled one are refused, each with the way on."""
    real = await world.start(ALICE.id)
    going = await world.start(scope=EVERYBODY, dry_run=True)
    asked = PlanRequest(run="", requested_by=RITA)
    with pytest.raises(ConflictError, match="is no dry run"):
        await request_of(asked, real, world.ledger, world.scans)
    with pytest.raises(ConflictError, match="did not complete"):
        await request_of(asked, going, world.ledger, world.scans)
    stopped = await cancel(going, RITA, world.tools)
    with pytest.raises(ConflictError, match="did not complete"):
        await request_of(asked, stopped, world.ledger, world.scans)


async def test_the_gate_judges_by_what_the_dry_run_said(world: World) -> None:
    """The date of the compromise comes along; acknowledging is the caller's own."""
    dry = await dry_run(world, scope=EVERYBODY)
    asked = PlanRequest(run=dry.id, requested_by=RITA, acknowledge=(UNCHECKED,))
    request = await request_of(asked, dry, world.ledger, world.scans)

    assert UNCHECKED in CODES
    assert ((UNCHECKED,), dry.federation.compromise.began_at) == (request.acknowledge, request.compromised_at)
