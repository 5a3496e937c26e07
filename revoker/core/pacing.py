"""The directory's write quota as one value (GCRA), so that queue delays alone keep to it.

The quota is a token bucket: ``burst`` writes at once, refilled at ``rate`` a second (reference: graph, Throttling:
3,000 per 150 s). The *theoretical arrival time* is when the bucket would be full again if nothing more were sold.
What is sold is on the queue already; when urgent work or a 429 comes between, every place sold before moves back with
it: a batch remembers how far places were *shifted* when it bought its own, and makes up the difference.
All times are seconds since the epoch; nothing here reads a clock.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class Quota:
    """Writes at once, writes a second, and the share (0-1) that sweeps leave free for urgent work."""

    burst: int
    rate: float
    reserve: float

    @property
    def bulk_share(self) -> float:
        """Return the share (0-1) of the bucket that bulk work may use."""
        return 1.0 - self.reserve


@dataclass(frozen=True, slots=True)
class Pace:
    """Where the quota stands: full again at, how many seconds places moved back so far, no write in turn before."""

    full_at: float = 0.0
    shifted: float = 0.0
    held_until: float = 0.0


@dataclass(frozen=True, slots=True)
class Reservation:
    """The moved pace, and for each batch the moment from which it may be sent."""

    pace: Pace
    slots: tuple[float, ...]


def reserve(
    pace: Pace, now: float, writes: Sequence[int], quota: Quota, *, share: float = 1.0, lead: float = 0.0
) -> Reservation:
    """Sell ``writes`` (one number a batch) in order; a slot never promises more than ``share`` of the bucket.

    ``lead`` is in how many seconds the first can be sent: a bucket that is full gains nothing until then.
    """
    slots = []
    moved = max(pace.full_at, now + lead)
    for count in writes:
        moved += count / quota.rate
        slots.append(max(now, moved - share * quota.burst / quota.rate))
    return Reservation(replace(pace, full_at=moved), tuple(slots))


def charged(pace: Pace, now: float, writes: int, quota: Quota) -> Pace:
    """Return the pace after writes that do not wait: whoever bought a place before makes way."""
    cost = writes / quota.rate
    return replace(pace, full_at=max(pace.full_at, now) + cost, shifted=pace.shifted + cost)


def pushed_back(pace: Pace, now: float, seconds: float, quota: Quota) -> Pace:
    """Return the pace after Graph said to wait: the bucket is empty for so many seconds, and places sold move back.

    However many saw the same refusal, it counts once.
    """
    until = max(pace.held_until, now + seconds)
    pause = until - max(pace.held_until, now)
    return Pace(
        full_at=max(pace.full_at + pause, until + quota.burst / quota.rate),
        shifted=pace.shifted + pause,
        held_until=until,
    )
