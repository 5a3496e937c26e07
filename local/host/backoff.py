"""When an idle queue is looked at again: the real host's randomised exponential back-off."""

import random

SHORTEST = 0.1
SPREAD = 0.2


class Backoff:
    """Delays that grow from 100 ms to the maximum while nothing is found."""

    def __init__(self, longest: float, *, chance: random.Random | None = None) -> None:
        self._longest = max(longest, SHORTEST)
        self._chance = chance or random.Random()
        self._misses = 0

    def found(self) -> None:
        """Begin again with the shortest delay."""
        self._misses = 0

    def next(self) -> float:
        """Return the seconds to wait after one more look in vain."""
        if self._misses == 0:
            delay = SHORTEST
        else:
            doubling = min(self._misses - 1, 32)  # the maximum is reached long before
            delay = SHORTEST + self._chance.uniform(1 - SPREAD, 1 + SPREAD) * 2**doubling * SHORTEST
        self._misses += 1
        return min(delay, self._longest)
