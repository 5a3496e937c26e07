"""How users are counted: by outcome, batch by batch, and anew when a batch changes."""

from hypothesis import given, strategies as st
from support.strategies import TALLIES, users

from revoker.core.outcome import Outcome, User
from revoker.core.tally import Tally, tally

MANY = st.lists(users(), max_size=20)


@given(MANY)
def test_a_tally_counts_everybody(crowd: list[User]) -> None:
    """Every user is one outcome's, and pending are those with something left."""
    counted = tally(crowd)

    assert len(crowd) == counted.total == sum(counted.count(outcome) for outcome in Outcome)
    assert sum(not user.is_final for user in crowd) == counted.pending
    assert max((user.called_at for user in crowd if user.called_at), default=None) == counted.last_called_at
    read = [user.settled_at for user in crowd if user.outcome in {Outcome.VERIFIED, Outcome.UNVERIFIED}]
    assert max((moment for moment in read if moment), default=None) == counted.last_looked_at


@given(MANY, MANY)
def test_tallies_add(ours: list[User], theirs: list[User]) -> None:
    """Counting two batches apart and adding is counting them together, in either order."""
    assert tally([*ours, *theirs]) == tally(ours) + tally(theirs) == tally(theirs) + tally(ours)


@given(MANY, MANY, MANY)
def test_a_part_can_be_counted_anew(rest: list[User], before: list[User], after: list[User]) -> None:
    """Replacing a batch's part leaves what the other batches counted, and no outcome with nobody."""
    counted = (tally(rest) + tally(before)).replaced(tally(before), tally(after))
    wanted = tally(rest) + tally(after)

    assert (dict(wanted.counts), wanted.pending) == (counted.counts, counted.pending)


@given(TALLIES)
def test_an_empty_tally_adds_nothing(counted: Tally) -> None:
    """Adding nothing changes nothing."""
    assert counted == counted + Tally() == Tally() + counted
