"""A caller learns of the run that the same request started a moment ago, and of going runs that this one covers."""

from datetime import timedelta

import pytest
from support.company import ALICE, BEN, World, a_request

from revoker.core.request import Person, Scope
from revoker.core.run import Run
from revoker.respond.start.accept import accept

EVERYBODY = Scope(all_users=True)
GROUP = "0a0a0a0a-1111-4222-8333-444444444444"


async def asked(world: World, digest: str = "d", key: str | None = None, **options: object) -> Run:
    """Return the run of a request for one user."""
    run, _ = await accept(a_request(ALICE.id, **options), key, digest, world.protection, world.tools)
    return run


@pytest.mark.parametrize(
    ("minutes", "again", "said"),
    [
        (10, {}, True),
        (11, {}, False),
        (1, {"digest": "e"}, False),
        (1, {"key": "k"}, False),
        (1, {"requested_by": Person("id-2", "Sam")}, False),
    ],
)
async def test_the_same_request_names_the_first_run(
    world: World, minutes: int, again: dict[str, object], *, said: bool
) -> None:
    """The same body of the same caller, within ten minutes, without a key: it starts, and says so."""
    first = await asked(world)
    world.clock.moment += timedelta(minutes=minutes)
    second = await asked(world, **again)  # type: ignore[arg-type]

    assert first.id != second.id
    assert said == any(first.id in sentence for sentence in second.warnings)


@pytest.mark.parametrize(
    ("before", "scope", "covers"),
    [
        (Scope(groups=(GROUP,)), EVERYBODY, True),
        (Scope(groups=(GROUP,)), Scope(groups=(GROUP,)), True),
        (Scope(groups=(GROUP,)), Scope(filter="a eq b"), False),
        (EVERYBODY, Scope(groups=(GROUP,)), False),
        (EVERYBODY, EVERYBODY, True),
    ],
)
async def test_a_run_that_covers_one_still_going_says_so(
    world: World, before: Scope, scope: Scope, *, covers: bool
) -> None:
    """All users cover every run; the same scope covers itself. A run that has ended is not named."""
    world.graph_listings.groups = {GROUP: [ALICE.id]}
    world.graph_listings.filters = {"a eq b": [BEN.id]}
    first = await world.start(scope=before)
    second = await world.start(scope=scope)
    await world.play()
    third = await world.start(scope=scope)

    assert covers == any(f"covers {first.id}" in sentence for sentence in second.warnings)
    assert not any(first.id in sentence for sentence in third.warnings)


async def test_a_dry_run_covers_and_disturbs_no_run(world: World) -> None:
    """Neither as the first nor as the second of the two."""
    await world.start(scope=EVERYBODY, dry_run=True)
    real = await world.start(scope=EVERYBODY)
    rehearsal = await world.start(scope=EVERYBODY, dry_run=True)

    assert not any("covers" in sentence for run in (real, rehearsal) for sentence in run.warnings)
