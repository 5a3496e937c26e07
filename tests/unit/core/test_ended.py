"""Whose sessions ended, as the log tells it to hunters."""

from datetime import UTC, datetime

import pytest

from revoker.core.ended import ended_at
from revoker.core.outcome import Outcome, User

AT = datetime(2026, 11, 25, 10, 0, 0, 250000, tzinfo=UTC)
ID = "2A9F6C31-5E48-4D70-B3C9-F61E8A07D254"


@pytest.mark.parametrize("outcome", list(Outcome))
def test_only_ended_sessions_are_told(outcome: Outcome) -> None:
    """Graph accepted the call: read back or not, the sessions end. Every other outcome left them alone."""
    user = User(key="k", requested_as="k", id=ID, outcome=outcome, called_at=AT)

    ended = outcome in {Outcome.REVOKED, Outcome.VERIFIED, Outcome.UNVERIFIED}
    assert ({ID.lower(): "2026-11-25T10:00:00.250000+00:00"} if ended else {}) == ended_at([user])


def test_a_user_without_an_id_is_left_out() -> None:
    """A name is never logged; the id comes with the read-back."""
    user = User(key="a@b.c", requested_as="a@b.c", outcome=Outcome.REVOKED, called_at=AT)

    assert {} == ended_at([user])
