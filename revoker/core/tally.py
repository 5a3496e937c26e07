"""A run's users, counted by outcome. Every state of a run is derived from these numbers."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from revoker.core.outcome import LOOKED_AT, Outcome, User


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """Users by outcome; ``pending`` of them still have work left.

    While ``planning`` is true the scan adds users: ``expected`` is the total to expect, ``last_due`` is when the last
    batch planned so far is due. ``last_called_at`` is when Graph accepted the last call. ``last_looked_at`` is when a
    check last settled a user: as `verified`, or as `unverified` at the end of its checks. It is None in rows from
    before 0.3.
    """

    counts: Mapping[Outcome, int] = field(default_factory=dict)
    pending: int = 0
    last_called_at: datetime | None = None
    last_looked_at: datetime | None = None
    planning: bool = False
    expected: int = 0
    last_due: datetime | None = None

    @property
    def total(self) -> int:
        """The number of users that the run accounts for."""
        return sum(self.counts.values())

    def count(self, *outcomes: Outcome) -> int:
        """Return the number of users with one of the outcomes."""
        return sum(self.counts.get(outcome, 0) for outcome in outcomes)

    def __add__(self, other: "Tally") -> "Tally":
        """Return the sum of two tallies."""
        counts = Counter(self.counts)
        counts.update(other.counts)
        return Tally(
            counts=dict(counts),
            pending=self.pending + other.pending,
            last_called_at=_later(self.last_called_at, other.last_called_at),
            last_looked_at=_later(self.last_looked_at, other.last_looked_at),
            planning=self.planning or other.planning,
            expected=self.expected + other.expected,
            last_due=_later(self.last_due, other.last_due),
        )

    def settled(self) -> "Tally":
        """Return this sum of tally rows without negative numbers.

        A run has sixteen of them, read one after the other. A user that moves from one outcome to another between
        two reads may be subtracted in one row before it is added in the next: -1 planned, +0 revoked.
        """
        positive = {outcome: count for outcome, count in self.counts.items() if count > 0}
        return replace(self, counts=positive, pending=max(self.pending, 0))

    def replaced(self, before: "Tally", after: "Tally") -> "Tally":
        """Return this tally with one part of it counted again: ``before`` is taken out, ``after`` is put in."""
        counts = Counter(self.counts)
        counts.subtract(before.counts)
        counts.update(after.counts)
        return Tally(
            counts={outcome: count for outcome, count in counts.items() if count},
            pending=self.pending - before.pending + after.pending,
            last_called_at=_later(self.last_called_at, after.last_called_at),
            last_looked_at=_later(self.last_looked_at, after.last_looked_at),
        )


def tally(users: Iterable[User]) -> Tally:
    """Count users."""
    counts: Counter[Outcome] = Counter()
    pending, last_called_at, last_looked_at = 0, None, None
    for user in users:
        counts[user.outcome] += 1
        if not user.is_final:
            pending += 1
        last_called_at = _later(last_called_at, user.called_at)
        if user.outcome in LOOKED_AT:
            last_looked_at = _later(last_looked_at, user.settled_at)
    return Tally(counts=counts, pending=pending, last_called_at=last_called_at, last_looked_at=last_looked_at)


def _later(one: datetime | None, other: datetime | None) -> datetime | None:
    if one is None or other is None:
        return one or other
    return max(one, other)
