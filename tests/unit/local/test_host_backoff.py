import random

import pytest

from local.host.backoff import SHORTEST, Backoff


def test_with_the_apps_own_maximum_every_delay_is_the_shortest() -> None:
    """100 ms is the least the real host waits, so as a maximum it is the only delay."""
    backoff = Backoff(0.1)

    assert [SHORTEST] * 5 == [backoff.next() for _ in range(5)]


def test_delays_double_at_random_up_to_the_maximum() -> None:
    """Each step is the shortest delay plus a doubling increment, give or take a fifth."""
    backoff = Backoff(2.0, chance=random.Random(7))  # noqa: S311  # it must repeat

    delays = [backoff.next() for _ in range(8)]

    assert delays[0] == SHORTEST
    for step, delay in enumerate(delays[1:5]):
        assert SHORTEST + 0.8 * 2**step * SHORTEST <= delay <= SHORTEST + 1.2 * 2**step * SHORTEST
    assert [2.0, 2.0] == delays[6:]


def test_a_found_message_brings_the_shortest_delay_back() -> None:
    """A busy queue is looked at often."""
    backoff = Backoff(60)
    for _ in range(200):
        backoff.next()

    backoff.found()

    assert backoff.next() == SHORTEST


@pytest.mark.parametrize("longest", [0.0, 0.01])
def test_a_maximum_below_the_shortest_delay_does_not_spin(longest: float) -> None:
    """A mistyped maximum must not turn polling into a busy loop."""
    assert Backoff(longest).next() == SHORTEST
