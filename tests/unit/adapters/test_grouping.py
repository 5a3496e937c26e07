"""Which changes go together: as many as a transaction takes, in order, each batch once."""

from datetime import UTC, datetime

from hypothesis import given, strategies as st

from revoker.adapters.tables.grouping import MOST_CHARACTERS, MOST_TOGETHER, Change, together
from revoker.core.batch import Batch
from revoker.core.request import Priority

NOW = datetime(2026, 11, 25, tzinfo=UTC)


def a_change(name: str, characters: int) -> Change:
    """Return the change of a batch whose row has so many characters."""
    batch = Batch(run="r", id=name, lane=Priority.BULK, users=(), planned_for=NOW, due_at=NOW)
    return Change(before=batch, after=batch, read={}, row={"batch": "x" * characters, "open": True})


CHANGES = st.lists(
    st.builds(a_change, st.integers(0, 60).map(str), st.sampled_from([0, 4_000, 20_000, MOST_CHARACTERS])),
    min_size=1,
    max_size=MOST_TOGETHER * 2,
)


def fits(changes: list[Change]) -> bool:
    """Whether a transaction takes them all."""
    each_once = len({change.after.id for change in changes}) == len(changes)
    characters = sum(change.characters for change in changes)
    return len(changes) == 1 or (len(changes) <= MOST_TOGETHER and each_once and characters <= MOST_CHARACTERS)


@given(CHANGES)
def test_a_group_fits_and_the_next_change_would_not(waiting: list[Change]) -> None:
    """Every group is as long as it may be; so all that waits is written in the end, whatever it is."""
    count = together(waiting)

    assert 1 <= count <= len(waiting)
    assert fits(waiting[:count])
    assert count == len(waiting) or not fits(waiting[: count + 1])


def test_the_limits() -> None:
    """84 batches, the same batch not twice, and one that is larger than the limit by itself."""
    many = [a_change(f"{number}", 10) for number in range(100)]

    assert 84 == together(many)
    assert 3 == together([*many[:3], many[1], many[4]])
    assert 1 == together([a_change("large", 600_000), many[0]])
