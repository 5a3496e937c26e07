"""A warning stands on a run once, and says with it whether part of the scope is missing."""

from support.company import ALICE, World

from revoker.respond.warn import warn


async def test_a_warning_is_added_once() -> None:
    """A message that is delivered twice warns twice, and the run keeps one sentence of each; what it missed stays."""
    world = World()
    run = await world.start(ALICE.id)
    await warn(run.id, ["Not all users are listed.", "Look twice."], world.ledger, incomplete=True)
    await warn(run.id, ["Look twice."], world.ledger)
    after = await world.ledger.run(run.id)

    assert after
    assert (*run.warnings, "Not all users are listed.", "Look twice.") == after.warnings
    assert after.incomplete
