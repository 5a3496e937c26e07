"""Buckets as Graph keeps them, under a pool that changes: what is sent, when, and what each bucket had left then."""

import heapq
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import count

from revoker.core.pacing import Quota
from revoker.core.pool import Paces, Pool
from revoker.core.pool_slots import PoolSlot, charge_writes, reserve_slots


@dataclass
class Bucket:
    """A token bucket that is full at the beginning."""

    quota: Quota
    left: float = 0.0
    at: float = 0.0
    least: float = 0.0

    def __post_init__(self) -> None:
        self.left = self.least = self.quota.burst

    def use(self, now: float, writes: int) -> None:
        """Take writes out, also more than are in it."""
        self.left = min(self.quota.burst, self.left + (now - self.at) * self.quota.rate) - writes
        self.at = now
        self.least = min(self.least, self.left)


class Sender:
    """Sends each reserved batch when its slot has come, shifted as it is by then, as ``respond.revoke`` does."""

    def __init__(self, pool: Pool, names: Iterable[str]) -> None:
        self.pool, self.paces, self.now = pool, Paces(), 0.0
        self.own = {name: Bucket(pool.quota) for name in names}
        self.tenant = Bucket(pool.tenant)
        self.sent = 0
        self._order = count()
        self._waiting: list[tuple[float, int, int, PoolSlot]] = []

    def reserve(self, writes: Sequence[int], share: float, without: frozenset[str] = frozenset()) -> None:
        """Reserve slots for batches."""
        reserved = reserve_slots(self.paces, self.now, writes, self.pool, share=share, without=without)
        self.paces = reserved.paces
        for slot, number in zip(reserved.slots, writes, strict=True):
            self._wait(slot, number)

    def charge(self, writes: int) -> None:
        """Send an urgent batch at once."""
        charged = charge_writes(self.paces, self.now, [writes], self.pool)
        self.paces = charged.paces
        self._send(charged.slots[0].identity, writes)

    def pass_until(self, moment: float) -> None:
        """Send what is due until a moment; a batch of an identity that may not send gets a new slot of another."""
        while self._waiting and self._waiting[0][0] <= moment:
            self.now, _, writes, slot = heapq.heappop(self._waiting)
            may_send = self.paces.usable(self.pool, self.now)
            if slot.identity not in may_send:
                self.reserve([writes], self.pool.quota.bulk_share, frozenset(self.pool.identities) - {*may_send})
                continue
            pace = self.paces.of_identity(slot.identity, self.pool)
            due = slot.at + pace.shifted - slot.shifted
            if due > self.now:
                self._wait(replace(slot, at=due, shifted=pace.shifted), writes)
            else:
                self._send(slot.identity, writes)
        self.now = max(self.now, moment)

    @property
    def ends_at(self) -> float:
        """When the last batch that waits is due, as far as it is known now."""
        return max((due for due, *_ in self._waiting), default=self.now)

    def _wait(self, slot: PoolSlot, writes: int) -> None:
        heapq.heappush(self._waiting, (slot.at, next(self._order), writes, slot))

    def _send(self, identity: str, writes: int) -> None:
        self.own[identity].use(self.now, writes)
        self.tenant.use(self.now, writes)
        self.sent += writes
