"""Batches: how users are cut into them, how they are named, what they know."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random

from hypothesis import given, strategies as st
from support.strategies import BATCHES, NAMES, RUN_IDS, users

from revoker.core.batch import MOST_IN_BATCH, Batch, batch_id, in_batches
from revoker.core.outcome import Outcome, User
from revoker.core.request import Priority

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


@given(RUN_IDS, st.lists(NAMES, unique=True), st.randoms())
def test_a_batch_is_named_by_its_members(run: str, keys: list[str], random: Random) -> None:
    """The same users of the same run, in any order, are the same row; of another run they are another."""
    shuffled = random.sample(keys, len(keys))

    assert batch_id(run, keys) == batch_id(run, shuffled)
    assert batch_id(run, keys) != batch_id(run + "1", keys)
    assert batch_id(run, keys) != batch_id(run, [*keys, "one@more"])


@given(RUN_IDS, st.lists(users(), max_size=70, unique_by=lambda user: user.key))
def test_users_are_cut_in_order(run: str, crowd: list[User]) -> None:
    """No batch has more than Graph takes, all but the last are full, nobody is lost or moved."""
    batches = list(in_batches(run, crowd, Priority.BULK, NOW))

    assert crowd == [user for batch in batches for user in batch.users]
    assert all(len(batch.users) == MOST_IN_BATCH for batch in batches[:-1])
    assert all(batch.due_at == batch.planned_for == NOW for batch in batches)
    assert len(batches) == len({batch.id for batch in batches})


@given(BATCHES)
def test_a_batch_is_open_while_anything_is_left(batch: Batch) -> None:
    """Waiting, unseen and final users are apart, and together all there are."""
    left = {*batch.waiting, *batch.unseen}

    assert bool(left) == batch.is_open
    assert len(batch.waiting) + len(batch.unseen) + sum(user.is_final for user in batch.users) == len(batch.users)


def test_learning_keeps_what_is_not_mentioned() -> None:
    """What was learnt about one user changes that user only, and moving changes the due time only."""
    ben, cara = User(key="ben", requested_as="Ben"), User(key="cara", requested_as="Cara")
    batch = Batch(run="r", id="i", lane=Priority.URGENT, users=(ben, cara), planned_for=NOW, due_at=NOW)
    learnt = ben.settle(Outcome.REFUSED, "forbidden", NOW)
    later = NOW + timedelta(minutes=1)

    assert (learnt, cara) == batch.learn([learnt]).users
    moved = replace(batch, due_at=later, shifted=3.0)
    assert replace(moved, users=(learnt, cara)) == batch.learn([learnt]).moved(moved)
