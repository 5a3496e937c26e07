"""What one application may ask of this tenant: resource units, and writes by priority.

Facts: `throttling-limits` (identity and access): resource units per 10 seconds by tenant size, 3,000 writes per 150
seconds; `x-ms-throttle-priority` decides which request is throttled first and leaves the limits as they are.
"""

import math

from local.tenant.limits.bucket import Bucket

WINDOW = 10.0
_DOCUMENTED_RATE = 20.0
_RANKS = {"low": 0, "normal": 1, "high": 2}
# The share of the write quota kept from a rank while a higher one is using it: limits stay the same for all, only the
# order in which they are felt differs.
_RESERVED = (0.10, 0.05, 0.0)


def units_per_window(users: int) -> int:
    """Return the resource units per 10 seconds of a small, a medium and a large tenant."""
    if users < 50:
        return 3500
    if users <= 500:
        return 5000
    return 8000


class Quota:
    """The two buckets of one application in this tenant."""

    def __init__(self, users: int, write_burst: float, write_rate: float) -> None:
        limit = units_per_window(users)
        # A faster write rate is the same tenant in faster time: everything else keeps pace.
        haste = max(1.0, write_rate / _DOCUMENTED_RATE)
        self.units = Bucket(limit, limit / WINDOW * haste)
        self.writes = Bucket(write_burst, write_rate)
        self._last_write = [-math.inf] * len(_RANKS)

    def wait_to_write(self, writes: int, priority: str, now: float) -> float:
        """Return how many seconds a write of this priority has to wait; a lower one leaves a reserve."""
        rank = _RANKS.get(priority.lower(), _RANKS["normal"])
        # A refused call counts as well: as long as a higher rank tries, the lower ones keep its reserve free.
        self._last_write[rank] = now
        reserve = 0.0
        if any(now - last < WINDOW for last in self._last_write[rank + 1 :]):
            reserve = self.writes.burst * _RESERVED[rank]
        return self.writes.wait(writes, now, reserve)

    def demand(self) -> float:
        """Return the share of the limit that is nearest to being used up."""
        return max(self.writes.demand(), self.units.demand())
