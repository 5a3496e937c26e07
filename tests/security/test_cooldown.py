"""A cooldown rests on our own ledger: an account that signs itself out everywhere does not keep a run away."""

import json
from datetime import timedelta

from support.company import ALICE, BEN, BREAKGLASS, CROWD, GUEST, World
from support.fakes import START
from support.in_process import Front

from revoker.core.request import Trigger
from revoker.core.run import Run

MINUTES = timedelta(minutes=10)


async def alarm(world: World, *names: str, cooldown: timedelta | None = MINUTES, **options: object) -> Run:
    """Start a run as a playbook does."""
    return await world.start(*names, trigger=Trigger.SENTINEL, cooldown=cooldown, **options)


async def test_a_date_that_the_account_moved_spares_nobody() -> None:
    """The intruder signed out everywhere a minute ago, and in again: the run of the incident revokes."""
    world = World()
    world.graph_users._valid_from[ALICE.id] = START - timedelta(minutes=1)
    run = await alarm(world, ALICE.id)
    await world.play()

    assert {ALICE.id: "verified"} == await world.outcomes(run)
    assert [ALICE.id] == world.graph_users.revoked


async def test_a_run_of_ours_spares() -> None:
    """Revoked and verified within the minutes: left alone under either name, with the run that did it."""
    world = World()
    first = await alarm(world, ALICE.id, BEN.id)
    await world.play()
    again = await alarm(world, ALICE.user_principal_name)
    [user] = await world.users(again)

    assert ("already_revoked", "revoked_by_run", first.id) == (user.outcome, user.reason, user.revoked_by)
    assert [f"1 left alone: revoked by {first.id}, and verified. A sign-in since then lives on."] == list(
        again.warnings
    )
    assert [ALICE.id, BEN.id] == world.graph_users.revoked


async def test_the_minutes_pass() -> None:
    """Eleven minutes later the same alert revokes again; a new revocation begins new minutes."""
    world = World()
    await alarm(world, ALICE.id)
    await world.play()
    world.clock.moment += timedelta(minutes=11)
    await alarm(world, ALICE.id)
    await world.play()
    third = await alarm(world, ALICE.id)

    assert {ALICE.id: "already_revoked"} == await world.outcomes(third)
    assert [ALICE.id] * 2 == world.graph_users.revoked


async def test_what_was_not_verified_spares_nobody() -> None:
    """Accepted by Graph, and not shown by the directory yet: that proves nothing."""
    world = World()
    await alarm(world, ALICE.id)
    world.graph_users.read_scripts[ALICE.id] = [world.graph_users.show(ALICE.id)] * 2
    await world.step()
    second = await alarm(world, ALICE.id)

    assert {ALICE.id: "planned"} == await world.outcomes(second)


async def test_other_rules_come_first() -> None:
    """A protected account stays protected, an external user is not spared, a dry run spares as a real one would."""
    world = World()
    await alarm(world, ALICE.id)
    await world.play()
    for user in (BREAKGLASS, GUEST):
        await world.ledger.keep_revocations("earlier", {user.id: START})
    rehearsed = await alarm(world, ALICE.id, BREAKGLASS.id, GUEST.id, dry_run=True)

    assert {ALICE.id: "already_revoked", BREAKGLASS.id: "protected", GUEST.id: "planned"} == await world.outcomes(
        rehearsed
    )


async def test_a_cutoff_says_by_whose_revocation() -> None:
    """With issuedBefore, the directory's date spares as it does everywhere; the run says whether the date is ours."""
    world = World()
    first = await world.start(ALICE.id)
    await world.play()
    world.graph_users._valid_from[BEN.id] = world.clock.moment
    run = await alarm(world, ALICE.id, BEN.id, cooldown=None, issued_before=START)
    known = {user.id: (user.reason, user.revoked_by) for user in await world.users(run)}

    assert {ALICE.id: ("revoked_by_run", first.id), BEN.id: ("valid_from_after_cutoff", None)} == known
    assert any("1 left alone, and not known to be by a run of ours" in sentence for sentence in run.warnings)


async def test_no_role_but_our_own_workers_writes_it() -> None:
    """Only a verified outcome is remembered: a refused, missing or cancelled user is not."""
    world = World()
    await world.start("ghost@contoso.com", GUEST.id, BREAKGLASS.id, *(user.id for user in CROWD[:3]))
    await world.play()

    assert {user.id for user in CROWD[:3]} == set(world.ledger.revoked_users)


async def test_the_route() -> None:
    """A playbook's body and query, twice: the second answer says that it did nothing, and because of which run."""
    front = Front()
    body = json.dumps([{"kind": "Account", "properties": {"userPrincipalName": ALICE.user_principal_name}}]).encode()
    first = await front.ask("sentinel", query="cooldownMinutes=10", body=body)
    await front.world.play()
    second = await front.ask("sentinel", query="cooldownMinutes=10", body=body, headers=_other_call())
    users = await front.ask("list_users", params={"id": second.json["runId"]})

    assert (202, 202) == (first.status, second.status)
    assert {"already_revoked": 1} == second.json["counts"]
    [user] = users.json["users"]
    assert ("revoked_by_run", first.json["runId"]) == (user["reason"], user["revokedBy"])


def _other_call() -> dict[str, str]:
    return {**Front.headers(), "idempotency-key": "another"}
