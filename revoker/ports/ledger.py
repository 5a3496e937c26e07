"""The record of what was asked and of what happened to each user."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from revoker.core.batch import Batch
from revoker.core.caller_use import CallerUse
from revoker.core.outcome import Outcome, User
from revoker.core.pool import Paces
from revoker.core.revocation import Revocation
from revoker.core.run import Run, State
from revoker.core.tally import Tally
from revoker.ports.page import Page

# What to ask ``Ledger.runs`` for to get every run that has not ended. A ledger stores no state but a final one, so each
# state that is not final means the same to it.
UNFINISHED = State.REVOKING


@dataclass(frozen=True, slots=True)
class Claim:
    """The first use of an idempotency key: its run, the digest of its body, and whether this call made it."""

    run: str
    digest: str
    ours: bool


class Ledger(Protocol):
    """Runs, batches, users, idempotency keys, the write quota, protected ids. Every change is a compare-and-swap."""

    async def open_run(self, run: Run, batches: Sequence[Batch], key: str | None = None) -> bool:
        """Write the batches, then the run: a run that can be read has all of its users. Safe to repeat.

        Return False where the idempotency key belongs to another run: then this run is not written, now or later.
        """
        ...

    async def run(self, run: str) -> Run | None:
        """Return a run."""
        ...

    async def shared_run(self, run: str) -> Run | None:
        """Return a run as it was a moment ago: workers that ask at the same time may share one reading."""
        ...

    async def runs(self, state: State | None, limit: int, cursor: str | None) -> Page[Run]:
        """Return runs, newest first: all, those that ended in a final ``state``, or the ``UNFINISHED``."""
        ...

    async def update_run(self, run: str, change: Callable[[Run], Run]) -> Run:
        """Apply a pure change by compare-and-swap; raises KeyError without such a run."""
        ...

    async def tally(self, run: str) -> Tally:
        """Return a run's users counted by outcome, exactly."""
        ...

    async def batch(self, run: str, batch: str) -> Batch | None:
        """Return a batch."""
        ...

    async def update_batch(self, run: str, batch: str, change: Callable[[Batch], Batch]) -> Batch:
        """Apply a pure change, and its difference to the tally, in one transaction; raises KeyError without it."""
        ...

    async def update_batches(self, run: str, changes: Mapping[str, Callable[[Batch], Batch]]) -> None:
        """Apply a pure change to each of several batches, with its difference to the tally.

        Many go in one transaction: a worker that dies leaves whole batches changed. Raises KeyError, after the others
        have changed, where one is not there.
        """
        ...

    async def open_batches(self, run: str) -> tuple[str, ...]:
        """Return the ids of the run's batches with something left to do."""
        ...

    async def waiting_batches(
        self, run: str, due_before: datetime | None = None, limit: int | None = None
    ) -> tuple[str, ...]:
        """Return the ids of the batches with users still to be revoked; with a time, of those due before it."""
        ...

    async def last_waiting(self, run: str) -> Batch | None:
        """Return the batch with users still to be revoked that is due last."""
        ...

    async def planned_writes(self, run: str) -> Mapping[str, int]:
        """Return by identity how many users of the run's batches are planned: reserved writes that nothing has used."""
        ...

    async def users(self, run: str, outcome: Outcome | None, limit: int, cursor: str | None) -> Page[User]:
        """Return a run's users; raises ValueError for a cursor that this method did not return."""
        ...

    async def claim(self, key: str, run: str, digest: str, instead_of: str | None = None) -> Claim:
        """Give an idempotency key to a run, or tell which run has it.

        A key of the run ``instead_of`` passes to this run, unless that one was opened after all.
        """
        ...

    async def release(self, key: str, run: str) -> None:
        """Free a key that belongs to this run, if the run was never opened."""
        ...

    async def paces(self) -> Paces:
        """Return the write quotas' state of a moment ago; calls at the same time may share one reading."""
        ...

    async def move_paces(self, change: Callable[[Paces], Paces]) -> Paces:
        """Change the write quotas' state by one compare-and-swap; returns the state before."""
        ...

    async def protected_ids(self) -> Mapping[str, tuple[str, ...]]:
        """Return the object ids that each entry of the protected list stood for, oldest first.

        Raises UnreadableError where one of them cannot be read: then the protected list is not known.
        """
        ...

    async def remember_protected(self, entry: str, object_id: str, known: Sequence[str], at: datetime) -> None:
        """Remember for good that an entry of the protected list stands for an account. Safe to repeat.

        ``known`` are the ids remembered when the entry was looked up: where another came meanwhile, nothing is added.
        """
        ...

    async def keep_revocations(self, run: str, users: Mapping[str, datetime]) -> None:
        """Remember by object id when a run revoked users of one batch, at least one. Safe to repeat."""
        ...

    async def revocations(self, users: Iterable[str], since: datetime) -> Mapping[str, Revocation]:
        """Return by object id each user's last revocation since a moment, if it is in the last 5,000 batches."""
        ...

    async def move_caller(self, caller: str, change: Callable[[CallerUse], CallerUse]) -> CallerUse:
        """Change what a caller asked for lately by compare-and-swap; returns the state before."""
        ...

    async def keep_poison(self, queue: str, body: bytes, at: datetime) -> None:
        """Keep a message that cannot be decoded, whole."""
        ...

    async def ping(self) -> None:
        """Raise unless the tables answer."""
        ...
