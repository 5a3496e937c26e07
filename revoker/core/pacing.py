"""The directory's write quota as one value, so that queue delays alone keep to it (the algorithm is called GCRA).

The quota is a token bucket: ``burst`` writes at once, refilled at ``rate`` a second; Graph documents 3,000 and 20
for an application in a tenant (docs/graph-facts.md#throttling). ``Pace.full_at`` is when the bucket would be full again
if no more slots were reserved. A batch whose slot is reserved is on its queue already. When urgent writes or a 429 come
in between, every slot reserved before has to shift: the pace adds up these seconds in ``shifted``, a batch notes that
number with its slot, and later waits for the difference. All times are seconds since the epoch; nothing here reads a
clock. ``core.pool`` puts several of these buckets under the tenant's own.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class Quota:
    """Writes at once, writes a second, and the share (0-1) of the bucket that bulk runs leave free for urgent ones."""

    burst: int
    rate: float
    reserve: float

    @property
    def bulk_share(self) -> float:
        """The share (0-1) of the bucket that bulk runs may use."""
        return 1.0 - self.reserve

    @property
    def refill(self) -> float:
        """The seconds in which an empty bucket is full again: 150 for 3,000 writes at 20 a second."""
        return self.burst / self.rate


@dataclass(frozen=True, slots=True)
class Pace:
    """The state of the quota.

    ``full_at``: when the bucket is full again. ``shifted``: the seconds by which slots have shifted so far.
    ``held_until``: the end of the longest wait that Graph asked for, and of the turns of batches that were told to
    wait. ``urgent_until``: the end of the urgent ones' turns, which come before the others. ``turned``: the part of
    ``shifted`` that made room for batches with a turn.
    """

    full_at: float = 0.0
    shifted: float = 0.0
    held_until: float = 0.0
    urgent_until: float = 0.0
    turned: float = 0.0

    def shifted_for(self, *, in_turn: bool) -> float:
        """Return the seconds by which slots have shifted, or turns: those do not shift for the turns behind them."""
        return self.shifted - self.turned if in_turn else self.shifted


@dataclass(frozen=True, slots=True)
class Reservation:
    """The pace afterwards, and for each batch the moment from which it may be sent."""

    pace: Pace
    slots: tuple[float, ...]


def reserve(
    pace: Pace, now: float, writes: Sequence[int], quota: Quota, *, share: float = 1.0, lead: float = 0.0
) -> Reservation:
    """Reserve slots for batches, in order; ``writes`` has one number of writes for each.

    ``share`` (0-1) is how much of the bucket may be used. ``lead`` is in how many seconds the first batch can be sent
    at the earliest: a bucket that is full gains nothing until then.
    """
    slots: list[float] = []
    pace = replace(pace, full_at=max(pace.full_at, now + lead))
    for count in writes:
        pace, slot = taken(pace, now + lead, count, quota, share)
        slots.append(max(now, slot))
    return Reservation(pace, tuple(slots))


def taken(pace: Pace, earliest: float, writes: int, quota: Quota, share: float) -> tuple[Pace, float]:
    """Return the pace after writes that are sent at ``earliest`` or later, and their slot, which may lie in the past.

    The slot is as early as a bucket allows of which ``share`` (0-1) may be used.
    """
    # A full bucket of 3,000, refilled at 20/s, and 3,020 writes at time 0, one a batch. Write n fills the bucket again
    # at n/20 s, and a full bucket covers the last 150 s of that: its slot is n/20 - 150 s, or now if that has passed.
    # Writes 1 to 3,000 are due at once, write 3,001 after 0.05 s, write 3,020 after 1 s. A share of 0.9 leaves
    # 300 writes free: then 2,700 are due at once and write 2,701 after 0.05 s.
    full_at = max(pace.full_at, earliest) + writes / quota.rate
    return replace(pace, full_at=full_at), full_at - share * quota.refill


def charged(pace: Pace, now: float, writes: int, quota: Quota) -> Pace:
    """Return the pace after writes that wait for no slot: every slot reserved before shifts."""
    # 100 urgent writes at 20/s take 5 s to come back, so each slot reserved before shifts by 5 s.
    return delayed(replace(pace, full_at=max(pace.full_at, now)), writes / quota.rate)


def delayed(pace: Pace, seconds: float) -> Pace:
    """Return the pace with every reserved slot, and those to come, shifted by so many seconds."""
    return replace(pace, full_at=pace.full_at + seconds, shifted=pace.shifted + seconds)


def given_back(pace: Pace, now: float, writes: float, quota: Quota, last_slot: float) -> Pace:
    """Return the pace after reserved writes that will not be made; ``last_slot`` is the last one that others hold."""
    # 10,000 users are cancelled, 500 s of slots. Nothing behind them: the bucket is full 500 s earlier. A run behind
    # them keeps its slots, the last at 850 s: the bucket cannot gain more than to be full by then.
    earliest = max(now, last_slot, pace.full_at - writes / quota.rate)
    return replace(pace, full_at=min(pace.full_at, earliest))


def pushed_back(pace: Pace, now: float, seconds: float, quota: Quota) -> Pace:
    """Return the pace after Graph said to wait: the bucket is empty for so many seconds, and reserved slots shift.

    Several batches that saw the same refusal shift the slots once.
    """
    # Two batches are answered "wait 30 s", at 0 s and at 2 s. The first shifts slots by 30 s, to 0:30; the second only
    # by the 2 s that its wait ends later.
    until = max(pace.held_until, now + seconds)
    pause = until - max(pace.held_until, now)
    return replace(
        pace,
        full_at=max(pace.full_at + pause, until + quota.refill),
        shifted=pace.shifted + pause,
        held_until=until,
    )


def next_turn(pace: Pace, now: float, seconds: float, writes: int, quota: Quota, *, urgent: bool) -> tuple[Pace, float]:
    """Return the pace after a batch was told to wait, and its turn among the batches that were told so."""
    # Five batches of 20 find the bucket empty at the same moment, and each is told to wait one second, in which 20
    # writes flow in. The first is sent after one second, the second after two. Sent together, all but one would be
    # refused again, and each refusal would hold the slots behind them up once more. An urgent batch that is refused
    # after them is sent after one second too: it waits for the turns of other urgent ones alone.
    at = max(pace.urgent_until if urgent else pace.held_until, now + seconds)
    takes = writes / quota.rate
    urgent_until = at + takes if urgent else pace.urgent_until
    return replace(pace, held_until=max(pace.held_until, at) + takes, urgent_until=urgent_until), at
