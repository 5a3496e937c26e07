"""The words for what happened to a user; how two accounts of one user merge is in test_invariants."""

from datetime import UTC, datetime

import pytest
from hypothesis import given, strategies as st
from support.strategies import users

from revoker.core.outcome import FAILURES, READ_BACK_REFUSED, RETRYABLE, WAITING, Outcome, User, merge, merge_all

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("outcome", "reason", "waiting", "unseen", "final"),
    [
        (Outcome.PLANNED, None, True, False, False),
        (Outcome.RETRYING, "throttled", True, False, False),
        (Outcome.REVOKED, None, False, True, False),
        (Outcome.REVOKED, READ_BACK_REFUSED, False, False, True),
        *((outcome, None, False, False, True) for outcome in Outcome if outcome not in {*WAITING, Outcome.REVOKED}),
    ],
)
def test_what_is_left_to_do(outcome: Outcome, reason: str | None, waiting: bool, unseen: bool, final: bool) -> None:  # noqa: FBT001 - a table
    """An outcome says whether a user is still to be revoked, still to be seen, or done with."""
    user = User(key="alice@contoso.com", requested_as="alice", outcome=outcome, reason=reason)

    assert (waiting, unseen, final) == (user.is_waiting, user.is_unseen, user.is_final)


def test_the_sets_of_outcomes() -> None:
    """What counts as failed and what a retry takes up again are final outcomes, as the design note lists them."""
    assert {"refused", "failed", "abandoned", "unverified", "unresolved", "not_found"} == FAILURES
    assert {"failed", "refused", "abandoned", "unverified"} == RETRYABLE
    assert not FAILURES & WAITING


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ("planned", "retrying"),
        ("retrying", "cancelled"),
        ("retrying", "failed"),
        ("cancelled", "revoked"),
        ("failed", "revoked"),
        ("abandoned", "revoked"),
        ("revoked", "unverified"),
        ("revoked", "verified"),
        ("unverified", "verified"),
        ("verified", "not_effective"),
        ("retrying", "protected"),
    ],
)
def test_who_knows_more(ours: str, theirs: str) -> None:
    """Of two accounts the later stage wins in either order, so that no accepted call is ever forgotten."""
    one = User(key="a", requested_as="a", outcome=Outcome(ours), attempts=9)
    other = User(key="a", requested_as="a", outcome=Outcome(theirs))

    assert other == merge(one, other) == merge(other, one)


@given(st.lists(users(), unique_by=lambda user: user.key), st.data())
def test_merge_all_keeps_the_batch(ours: list[User], data: st.DataObject) -> None:
    """What was learnt about some users, or about strangers, changes neither order nor number."""
    theirs = data.draw(st.lists(users(st.sampled_from(["a", *(user.key for user in ours)]))))

    assert [user.key for user in ours] == [user.key for user in merge_all(ours, theirs)]


def test_names_and_settling() -> None:
    """A user is known by key, id and UPN without case; settling changes outcome, reason and moment only."""
    user = User(key="KEY", requested_as="Alice", id="ID", user_principal_name="Alice@Contoso.com", attempts=2)
    settled = user.settle(Outcome.FAILED, "bad_request", NOW)

    assert {"key", "id", "alice@contoso.com"} == user.names
    assert (Outcome.FAILED, "bad_request", NOW, 2) == (
        settled.outcome,
        settled.reason,
        settled.settled_at,
        settled.attempts,
    )
