"""The directory's write quota as one timestamp (GCRA), so that queue delays alone keep to it.

The quota is a token bucket: ``burst`` writes at once, refilled at ``rate`` a second (reference: graph, Throttling:
3,000 per 150 s). The *theoretical arrival time* is when the bucket would be full again if nothing more were sold.
All times are seconds since the epoch; nothing here reads a clock.
"""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Quota:
    """Writes at once, writes a second, and the share (0-1) that sweeps leave free for urgent work."""

    burst: int
    rate: float
    reserve: float


@dataclass(frozen=True, slots=True)
class Reservation:
    """The moved timestamp, and for each batch the moment from which it may be sent."""

    full_at: float
    slots: tuple[float, ...]


def reserve(full_at: float, now: float, writes: Sequence[int], quota: Quota, *, share: float = 1.0) -> Reservation:
    """Sell ``writes`` (one number a batch) in order; a slot never promises more than ``share`` of the bucket."""
    slots = []
    moved = max(full_at, now)
    for count in writes:
        moved += count / quota.rate
        slots.append(max(now, moved - share * quota.burst / quota.rate))
    return Reservation(moved, tuple(slots))


def pushed(full_at: float, now: float, retry_after: float, quota: Quota) -> float:
    """Return the timestamp after a 429: the bucket is empty until ``retry_after`` seconds from now."""
    return max(full_at, now + retry_after + quota.burst / quota.rate)
