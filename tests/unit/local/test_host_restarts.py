from functools import reduce

import pytest

from local.host.restarts import Deaths


@pytest.mark.parametrize(
    ("moments", "expected"),
    [
        ([0], False),
        ([0, 10], False),
        ([0, 10, 20], True),
        ([0, 1799, 3598], True),
        ([0, 10, 1811], False),
        ([0, 10, 1811, 1812], False),
        ([0, 10, 1811, 1812, 1813], True),
    ],
)
def test_a_worker_that_dies_three_times_takes_the_host_with_it(moments: list[float], expected: bool) -> None:  # noqa: FBT001  # a table
    """Half an hour without a death forgets those before it."""
    deaths = reduce(Deaths.after, moments, Deaths())

    assert expected == deaths.too_many
