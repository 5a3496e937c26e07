"""A batch: the unit of everything. At most 20 users, one queue message, one Graph call, one ledger row."""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import batched

from revoker.core.outcome import Outcome, User, merge_all
from revoker.core.request import Priority

MOST_IN_BATCH = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Some users of one run and when they are due; ``planned_for`` is the first due time, from which age counts.

    ``shifted`` is the pace's own when the place was bought (pacing); ``healed`` counts how often a message for it was
    missed and sent again.
    """

    run: str
    id: str
    lane: Priority
    users: tuple[User, ...]
    planned_for: datetime
    due_at: datetime
    shifted: float = 0.0
    healed: int = 0

    @property
    def waiting(self) -> tuple[User, ...]:
        """Who is still to be revoked."""
        return tuple(user for user in self.users if user.is_waiting)

    @property
    def unseen(self) -> tuple[User, ...]:
        """Who was accepted and not yet seen in the directory."""
        return tuple(user for user in self.users if user.is_unseen)

    @property
    def is_open(self) -> bool:
        """Whether anything is left to do."""
        return not all(user.is_final for user in self.users)

    @property
    def heard_of(self) -> datetime:
        """The last moment at which something was done, or was to be done, about this batch."""
        return max([self.due_at, *(user.settled_at for user in self.unseen if user.settled_at)])

    def given_up(self, reason: str, now: datetime) -> "Batch":
        """Return this batch with nothing left to do: what Graph accepted is unverified, the rest abandoned."""
        return self.abandon_waiting(reason, now).give_up_verifying(reason, now)

    def abandon_waiting(self, reason: str, now: datetime) -> "Batch":
        """Return this batch with nobody left to be revoked."""
        return self.learn(user.settle(Outcome.ABANDONED, reason, now) for user in self.waiting)

    def give_up_verifying(self, reason: str, now: datetime) -> "Batch":
        """Return this batch with nobody left to look for."""
        return self.learn(user.settle(Outcome.UNVERIFIED, reason, now) for user in self.unseen)

    def reopens(self, before: "Batch") -> bool:
        """Whether somebody was settled before and is to be looked for now: the run may have ended meanwhile."""
        settled = {user.key for user in before.users if user.is_final}
        return any(user.key in settled for user in self.unseen)

    def learn(self, users: Iterable[User]) -> "Batch":
        """Return this batch knowing more about some of its users."""
        return replace(self, users=merge_all(self.users, users))

    def moved(self, other: "Batch") -> "Batch":
        """Return this batch due when the other is."""
        return replace(self, due_at=other.due_at, shifted=other.shifted)


def batch_id(run: str, keys: Iterable[str]) -> str:
    """Return the digest of run and members: planning the same users twice gives the same row."""
    return hashlib.sha256("\n".join([run, *sorted(keys)]).encode()).hexdigest()[:32]


def in_batches(run: str, users: Iterable[User], lane: Priority, due_at: datetime) -> Iterator[Batch]:
    """Cut users into batches, in order."""
    for group in batched(users, MOST_IN_BATCH, strict=False):
        name = batch_id(run, (user.key for user in group))
        yield Batch(run=run, id=name, lane=lane, users=group, planned_for=due_at, due_at=due_at)
