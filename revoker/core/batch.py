"""A batch: at most 20 users, one queue message, one ``$batch`` call of Graph, one ledger row."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import batched

from revoker.core.outcome import Outcome, User, merge_all
from revoker.core.pool import UNNAMED
from revoker.core.request import Priority

MOST_IN_BATCH = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Some users of one run, and when they are due.

    ``planned_for`` is the first due time, from which age counts. ``in_turn``: Graph told it to wait, and it is due at
    its turn among the batches that were told so. ``shifted`` is ``Pace.shifted_for`` as it was when the slot was
    reserved, or the turn given (``core.pacing``). ``healed`` counts how often healing sent the batch's message again.
    ``returned`` counts how often a message came back since a worker last handled one to the end
    (``respond.recover.put_apart``), and ``begun`` says that a worker has begun with the batch since the last return was
    counted. ``identity`` is the client id that the slot belongs to, empty for the first of the pool; ``refusals`` are
    the identities that Graph refused for all of the waiting users, each with the reason.
    """

    run: str
    id: str
    lane: Priority
    users: tuple[User, ...]
    planned_for: datetime
    due_at: datetime
    shifted: float = 0.0
    in_turn: bool = False
    healed: int = 0
    returned: int = 0
    begun: bool = False
    identity: str = UNNAMED
    refusals: Mapping[str, str] = field(default_factory=dict)

    @property
    def waiting(self) -> tuple[User, ...]:
        """The users that are still to be revoked."""
        return tuple(user for user in self.users if user.is_waiting)

    @property
    def unseen(self) -> tuple[User, ...]:
        """The users that Graph accepted and the directory has not shown yet."""
        return tuple(user for user in self.users if user.is_unseen)

    @property
    def is_open(self) -> bool:
        """Whether work is left."""
        return not all(user.is_final for user in self.users)

    @property
    def heard_of(self) -> datetime:
        """When a worker last did something for this batch, or when its slot was due, if that is later."""
        return max([self.due_at, *(user.settled_at for user in self.unseen if user.settled_at)])

    def given_up(self, reason: str, now: datetime) -> "Batch":
        """Return this batch without work left: users that Graph accepted end `unverified`, the others `abandoned`."""
        return self.abandon_waiting(reason, now).give_up_verifying(reason, now)

    def abandon_waiting(self, reason: str, now: datetime) -> "Batch":
        """Return this batch with every waiting user `abandoned`."""
        return self._settle(self.waiting, Outcome.ABANDONED, reason, now)

    def cancel_waiting(self, reason: str, now: datetime) -> "Batch":
        """Return this batch with every waiting user `cancelled`."""
        return self._settle(self.waiting, Outcome.CANCELLED, reason, now)

    def give_up_verifying(self, reason: str, now: datetime) -> "Batch":
        """Return this batch with every unseen user `unverified`."""
        return self._settle(self.unseen, Outcome.UNVERIFIED, reason, now)

    def reopens(self, before: "Batch") -> bool:
        """Whether a user that was settled before is unseen now: the run may have ended in the meantime."""
        settled = {user.key for user in before.users if user.is_final}
        return any(user.key in settled for user in self.unseen)

    def learn(self, users: Iterable[User]) -> "Batch":
        """Return this batch with newer records of some of its users."""
        return replace(self, users=merge_all(self.users, users))

    def moved(self, other: "Batch") -> "Batch":
        """Return this batch with the slot of another record of it: its due time, and the identity it belongs to."""
        return replace(
            self,
            due_at=other.due_at,
            shifted=other.shifted,
            in_turn=other.in_turn,
            identity=other.identity,
            refusals=other.refusals,
        )

    def handled(self) -> "Batch":
        """Return this batch after a worker handled a message to the end: later returns are counted from 0."""
        return replace(self, returned=0, begun=False)

    def _settle(self, users: Iterable[User], outcome: Outcome, reason: str, now: datetime) -> "Batch":
        return self.learn(user.settle(outcome, reason, now) for user in users)


def batch_id(run: str, keys: Iterable[str]) -> str:
    """Return the digest of a run and its members, in any order, as 32 hex digits."""
    # A worker dies after it wrote the row and before the message: the next worker plans the same page again and gets
    # the same id, so it finds the row instead of adding a second one. A page that changed in between gets a new row.
    return hashlib.sha256("\n".join([run, *sorted(keys)]).encode()).hexdigest()[:32]


def in_batches(run: str, users: Iterable[User], lane: Priority, due_at: datetime) -> Iterator[Batch]:
    """Yield users in batches of at most 20, in order."""
    for group in batched(users, MOST_IN_BATCH):
        name = batch_id(run, (user.key for user in group))
        yield Batch(run=run, id=name, lane=lane, users=group, planned_for=due_at, due_at=due_at)
