"""What a sweep remembers of one of its runs."""

from dataclasses import replace

import pytest
from support.fakes import START
from support.sweeping import RITA

from revoker.core.outcome import Outcome
from revoker.core.request import Priority, Trigger
from revoker.core.run import Run, State
from revoker.core.sweep_run import why_failed
from revoker.core.tally import Tally

RUN = Run(
    id="r",
    trigger=Trigger.SCHEDULE,
    requested_by=RITA,
    reason="x",
    scope={},
    priority=Priority.BULK,
    issued_before=START,
    created_at=START,
)


@pytest.mark.parametrize(
    ("state", "warnings", "counts", "why"),
    [
        (State.COMPLETED, (), {Outcome.VERIFIED: 3}, ""),
        (
            State.COMPLETED_WITH_FAILURES,
            ("w",),
            {Outcome.REFUSED: 3, Outcome.NOT_FOUND: 1, Outcome.VERIFIED: 1},
            "completed_with_failures: 1 not_found, 3 refused",
        ),
        (State.FAILED, ("w", "the group is gone"), {}, "failed: the group is gone"),
        (State.FAILED, (), {Outcome.REFUSED: 1}, "failed: 1 refused"),
        (State.FAILED, (), {}, "failed: its scope could not be listed to the end"),
    ],
)
def test_why_a_run_failed(state: State, warnings: tuple[str, ...], counts: dict[Outcome, int], why: str) -> None:
    """Outcomes counted, and what the run itself says of its scope."""
    assert why == why_failed(replace(RUN, finished_as=state, warnings=warnings), Tally(counts=counts))
