"""What whoever asks is warned of from the start."""

from datetime import datetime, timedelta

import pytest
from support.company import ALICE, BEN, World, a_request
from support.fakes import START

from revoker.core.request import Trigger
from revoker.views.warnings import cutoff_warning

YOUNG = timedelta(days=90) - timedelta(seconds=1)
FAR_BACK = ("issuedBefore lies 365 days back: sessions begun since then live on, an intruder's as well.",)


@pytest.mark.parametrize(
    ("cutoff", "trigger", "expected"),
    [
        (None, Trigger.HTTP, ()),
        (START - YOUNG, Trigger.HTTP, ()),
        (START - timedelta(days=365), Trigger.HTTP, FAR_BACK),
        (START - timedelta(days=365), Trigger.SENTINEL, FAR_BACK),
        (START - timedelta(days=365), Trigger.SCHEDULE, FAR_BACK),
    ],
)
def test_a_cutoff_far_back_is_told(cutoff: datetime | None, trigger: Trigger, expected: tuple[str, ...]) -> None:
    """No refresh token is older than ninety days: such a cutoff spares those whom it is meant for."""
    assert expected == cutoff_warning(a_request(issued_before=cutoff, trigger=trigger), START)


async def test_the_run_says_so(world: World) -> None:
    """The warning stands with the run, for the answer, the status and the report."""
    run = await world.start(ALICE.id, issued_before=START - timedelta(days=365))

    assert FAR_BACK == run.warnings


async def test_nobody_is_asked_to_approve_what_has_ended() -> None:
    """A run of more users than may go unapproved, none of whom is left to do, ends at once and without a word."""
    run = await World(approval_above=1).start(ALICE.id, BEN.id, exclude_users=frozenset({ALICE.id, BEN.id}))

    assert (START, ()) == (run.finished_at, run.warnings)
