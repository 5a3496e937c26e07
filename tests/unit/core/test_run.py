"""A run: which of its states are final, and what it keeps of its warnings."""

from datetime import UTC, datetime

import pytest

from revoker.core.request import Person, Priority, Trigger
from revoker.core.run import Run, State

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
RUN = Run(
    id="019caa52-7c00-7000-8000-0123456789ab",
    trigger=Trigger.HTTP,
    requested_by=Person("1", "Rita"),
    reason="r",
    scope={"users": 1},
    priority=Priority.URGENT,
    issued_before=NOW,
    created_at=NOW,
)


@pytest.mark.parametrize("state", State)
def test_final_states(state: State) -> None:
    """Four states are an end."""
    assert state.is_final is (state.value in {"completed", "completed_with_failures", "cancelled", "failed"})


def test_a_warning_is_said_once() -> None:
    """The same sentence twice is one warning; the cutoff spares users only where it lies before the run."""
    warned = RUN.warned("Mind the gap.").warned("Mind the gap.").warned("And the step.")

    assert ("Mind the gap.", "And the step.") == warned.warnings
    assert RUN.cutoff is None
