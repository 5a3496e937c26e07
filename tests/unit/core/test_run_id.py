"""Ids of runs sort by the moment of acceptance, and never repeat."""

import uuid
from datetime import UTC, datetime, timedelta

from hypothesis import given, strategies as st
from support.strategies import MOMENTS

from revoker.core.run_id import new_id

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


@given(MOMENTS, st.integers(1, 10**6))
def test_ids_order_by_acceptance(moment: datetime, later: int) -> None:
    """An id is a UUID of version 7 that tells its millisecond, and later ids sort later."""
    made = uuid.UUID(new_id(moment))

    assert (7, uuid.RFC_4122) == (made.version, made.variant)
    assert int(moment.timestamp() * 1000) == made.int >> 80
    assert str(made) < new_id(moment + timedelta(milliseconds=later))


def test_ids_of_one_moment_differ() -> None:
    """A thousand runs of one millisecond have a thousand ids."""
    assert len({new_id(NOW) for _ in range(1000)}) == 1000
