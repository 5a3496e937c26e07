"""A token bucket, as arithmetic on a clock that is handed in."""

import math

_NEXT_TO_NEVER = 1e-6  # a rate of 0 is a quota that does not come back


class Bucket:
    """Starts full. It also remembers what it turned away, to say how far demand exceeds it.

    3,000 at 20 a second: `wait(1)` is 0 for the first 3,000 calls at one moment and 0.05 s for the next one.
    """

    def __init__(self, burst: float, rate: float) -> None:
        self.burst = burst
        self.rate = max(rate, _NEXT_TO_NEVER)
        self._level = burst
        self._excess = 0.0
        self._at = -math.inf

    def wait(self, cost: float, now: float, reserve: float = 0.0) -> float:
        """Return how many seconds until `cost` could be taken while leaving `reserve`; 0 is now."""
        self._flow(now)
        # A reserve never makes a call impossible: it shrinks until the cost fits beside it in a full bucket.
        missing = cost + min(reserve, self.burst - cost) - self._level
        return max(0.0, missing / self.rate)

    def take(self, cost: float) -> None:
        """Spend tokens that `wait` said are there."""
        self._level -= cost

    def turn_away(self, cost: float) -> None:
        """Note demand that was not met."""
        self._excess += cost

    def demand(self) -> float:
        """Relate what was asked for to the limit; above 1 there were refusals."""
        return (self.burst - self._level + self._excess) / self.burst

    def _flow(self, now: float) -> None:
        if now <= self._at:
            return
        # The first look at the clock: a new bucket is full whatever the time is.
        gained = self.burst
        if self._at != -math.inf:
            gained = (now - self._at) * self.rate
        self._level = min(self.burst, self._level + gained)
        self._excess = max(0.0, self._excess - gained)
        self._at = now
