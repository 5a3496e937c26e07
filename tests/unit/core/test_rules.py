"""One rule for users that must not be revoked, whoever asks: planning, the check before a call, the second call."""

from datetime import datetime, timedelta
from itertools import product

import pytest
from support.fakes import START

from revoker.core.outcome import Outcome, User
from revoker.core.rules import NamedAccounts, Rules, decide, is_behind, spared_by

ID, UPN = "00000000-0000-4000-8000-000000000001", "alice@contoso.com"
LATER = START + timedelta(minutes=5)
USERS = [
    User(
        key=UPN,
        requested_as="Alice",
        id=known,
        user_principal_name=UPN if known else None,
        external_reason="external_user" if external else None,
        outcome=outcome,
        sessions_valid_from=valid_from,
        settled_at=START,
    )
    for known, external, outcome, valid_from in product(
        (ID, None),
        (False, True),
        (Outcome.PLANNED, Outcome.RETRYING, Outcome.REVOKED),
        (None, START - timedelta(days=1), START, LATER),
    )
]
LISTS = [
    NamedAccounts(),
    NamedAccounts(complete=False),
    NamedAccounts(frozenset({UPN})),
    NamedAccounts(frozenset({ID}), complete=False),
]
CUTOFFS = [None, START, LATER]


def checked_before_a_call(user: User, protected: NamedAccounts, cutoff: datetime | None) -> tuple[Outcome, str] | None:
    """Spell out the check before a call, as the batch stage once did for itself."""
    if protected.covers(user):
        return Outcome.PROTECTED, "protected_account"
    if not protected.can_judge(user):
        return Outcome.UNRESOLVED, "protected_unchecked"
    if cutoff and not (user.external or is_behind(user, cutoff)):
        return Outcome.ALREADY_REVOKED, "valid_from_after_cutoff"
    return None


@pytest.mark.parametrize("protected", LISTS)
@pytest.mark.parametrize("cutoff", CUTOFFS)
def test_planning_and_the_check_before_a_call_agree(protected: NamedAccounts, cutoff: datetime | None) -> None:
    """All 576 combinations of user, protected list and cutoff: the rule settles what either wording settles."""
    rules = Rules(protected=protected, cutoff=cutoff)
    waiting = [user for user in USERS if user.is_waiting]
    expected = [checked_before_a_call(user, protected, cutoff) for user in waiting]
    decided = [decide(user, rules, LATER) for user in waiting]
    unchanged = [user for user, before in zip(decided, waiting, strict=True) if user == before]

    assert 576 == len(USERS) * len(LISTS) * len(CUTOFFS)
    assert expected == [spared_by(user, rules) for user in waiting]
    assert expected == [None if user in unchanged else (user.outcome, user.reason) for user in decided]


@pytest.mark.parametrize("protected", LISTS)
def test_the_second_call_spares_the_same_users(protected: NamedAccounts) -> None:
    """A user may be called again where the protected list knows that the user is not on it."""
    allowed = [user for user in USERS if protected.can_judge(user) and not protected.covers(user)]

    assert allowed == [user for user in USERS if spared_by(user, Rules(protected=protected)) is None]


def test_a_user_that_was_settled_keeps_the_outcome() -> None:
    """The rule decides about users that wait; for others it writes down when they were settled."""
    protecting = Rules(protected=NamedAccounts(frozenset({UPN})))
    settled = [user for user in USERS if not user.is_waiting]

    assert {(Outcome.REVOKED, LATER)} == {
        (user.outcome, user.settled_at) for user in (decide(one, protecting, LATER) for one in settled)
    }
