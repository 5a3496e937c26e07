"""`make bench ARGS=rows`: how long a batch of twenty users takes to become a table row and back, without a network."""

import timeit
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial

from revoker.adapters.tables.batch_rows import batch_of, batch_row
from revoker.adapters.tables.columns import as_json, value_of
from revoker.core.batch import MOST_IN_BATCH, Batch
from revoker.core.outcome import Outcome, User
from revoker.core.request import Priority

_ROUNDS, _CALLS = 30, 200


async def bench_rows() -> None:
    """Print the best of thirty rounds: on a busy machine only the best says something about the code."""
    batch = _batch()
    row = batch_row(batch)
    assert batch == batch_of(row)  # noqa: S101 - a wrong row is no measurement
    parts = {
        "encoding alone": partial(as_json, batch),
        "decoding alone": partial(value_of, row, "batch", Batch),
        "the whole row": partial(batch_row, batch),
        "and back": partial(batch_of, row),
    }
    for name, part in parts.items():
        print(f"rows     20 users, {name}: {_microseconds(part):.0f} µs")


def _microseconds(part: Callable[[], object]) -> float:
    return min(timeit.repeat(part, number=_CALLS, repeat=_ROUNDS)) / _CALLS * 1e6


def _batch() -> Batch:
    now = datetime(2026, 3, 2, 9, 0, 1, 250_000, tzinfo=UTC)
    users = [
        User(
            key=f"00000000-0000-4000-8000-{number:012d}",
            requested_as=f"user{number}@contoso.com",
            outcome=Outcome.VERIFIED,
            id=f"00000000-0000-4000-8000-{number:012d}",
            user_principal_name=f"user{number}@contoso.com",
            status=200,
            request_id="00000000-0000-4000-8000-000000000000",
            attempts=1,
            called_at=now,
            settled_at=now,
            sessions_valid_from=now,
        )
        for number in range(MOST_IN_BATCH)
    ]
    return Batch(run="r", id="b" * 32, lane=Priority.BULK, users=tuple(users), planned_for=now, due_at=now)
