"""What the use cases ask of the outside, as Protocols; ``adapters/`` keeps the promises, contract tests check them."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from revoker.core.batch import Batch
from revoker.core.directory_user import DirectoryUser
from revoker.core.federation import Domain
from revoker.core.graph_answer import GraphAnswer
from revoker.core.message import Mail, Queue
from revoker.core.outcome import Outcome, User
from revoker.core.pacing import Pace
from revoker.core.request import Priority
from revoker.core.run import Run, State
from revoker.core.scan import Scan
from revoker.core.source import Source
from revoker.core.sweep import Sweep
from revoker.core.tally import Tally


@dataclass(frozen=True, slots=True)
class Page[T]:
    """Some rows, and the opaque cursor for the next ones."""

    rows: tuple[T, ...]
    cursor: str | None


@dataclass(frozen=True, slots=True)
class Claim:
    """Who first used an idempotency key: the run it stands for, and the digest of the body it came with."""

    run: str
    digest: str
    ours: bool


class Clock(Protocol):
    """The time, and chance."""

    def now(self) -> datetime:
        """Return the moment, in UTC."""
        ...

    def jitter(self) -> float:
        """Return a number in [0, 1)."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Wait."""
        ...


class GraphUsers(Protocol):
    """Microsoft Graph. No method raises for an answer of Graph, or for none: both are answers."""

    async def revoke(self, names: Sequence[str], priority: Priority) -> Mapping[str, GraphAnswer]:
        """Revoke the sessions of at most 20 users; every name gets an answer."""
        ...

    async def read(self, names: Sequence[str], priority: Priority) -> Mapping[str, GraphAnswer]:
        """Read any number of users; every name gets an answer."""
        ...

    async def search(self, attribute: str, value: str) -> tuple[DirectoryUser, ...] | GraphAnswer:
        """Return the users whose attribute equals the value, or the answer that was not a list."""
        ...

    async def home_tenant(self) -> str | None:
        """Return the id of the tenant that the identity's token is for, where it tells."""
        ...

    async def ping(self) -> None:
        """Raise unless a token can be had."""
        ...


@dataclass(frozen=True, slots=True)
class RoleHolders:
    """Who holds directory roles; ``unknown`` are template ids that are not activated in this tenant.

    ``complete`` is false where those who are only eligible for a role could not be read.
    """

    ids: frozenset[str]
    unknown: tuple[str, ...] = ()
    complete: bool = True


class GraphListings(Protocol):
    """Microsoft Graph, asked about many. No method raises for an answer of Graph, or for none: both are answers."""

    async def page(self, source: Source, cursor: str | None) -> Page[DirectoryUser] | GraphAnswer:
        """Return one page (at most 999) of a group's users (transitive), of a filter's, or of all; in a stable order.

        A listed user without a name means that users may not be read: that is an answer with status 403.
        """
        ...

    async def count(self, source: Source) -> int | GraphAnswer:
        """Return how many users a group, filter or directory has; a missing group is a 404, a bad filter a 400."""
        ...

    async def role_holders(self, templates: frozenset[str] | None) -> RoleHolders | GraphAnswer:
        """Return who holds any of the roles, or any role at all: active and eligible, users inside groups."""
        ...

    async def domains(self) -> tuple[Domain, ...] | GraphAnswer:
        """Return the domains, with the signing certificates of the federated ones."""
        ...

    async def permissions(self) -> frozenset[str]:
        """Return the application permissions in the identity's token, for diagnosis only; empty without a token."""
        ...


class Ledger(Protocol):
    """The record of what was asked and what happened."""

    async def open_run(self, run: Run, batches: Sequence[Batch], key: str | None = None) -> bool:
        """Write the batches, then the run: a run that is there is there with all its users. Safe to repeat.

        False where the idempotency key does not stand for this run: then there is no such run, nor will there be.
        """
        ...

    async def run(self, run: str) -> Run | None:
        """Return a run."""
        ...

    async def shared_run(self, run: str) -> Run | None:
        """Return a run as it was a moment ago: whoever asks at the same time may share one reading."""
        ...

    async def runs(self, state: State | None, limit: int, cursor: str | None) -> Page[Run]:
        """Return runs, newest first; ``state`` may be a final one, and any other means not finished."""
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

    async def open_batches(self, run: str) -> tuple[str, ...]:
        """Return the ids of the run's batches with something left to do."""
        ...

    async def waiting_batches(self, run: str, due_before: datetime, limit: int | None = None) -> tuple[str, ...]:
        """Return the ids of the run's batches in which somebody is still to be revoked and was due before."""
        ...

    async def users(self, run: str, outcome: Outcome | None, limit: int, cursor: str | None) -> Page[User]:
        """Return a run's users; raises ValueError for a cursor that is not one of ours."""
        ...

    async def claim(self, key: str, run: str, digest: str, instead_of: str | None = None) -> Claim:
        """Tie an idempotency key to a run, or tell to which it is tied.

        A key tied to ``instead_of`` passes to this run, unless that one was opened after all.
        """
        ...

    async def release(self, key: str, run: str) -> None:
        """Forget a key if it is tied to this run, and the run was never opened."""
        ...

    async def pace(self) -> Pace:
        """Return where the write quota stood a moment ago, as ``shared_run`` does."""
        ...

    async def move_pace(self, change: Callable[[Pace], Pace]) -> Pace:
        """Move the pace by compare-and-swap; returns what it was before."""
        ...

    async def keep_poison(self, queue: str, body: bytes, at: datetime) -> None:
        """Keep a message that nobody understands, whole."""
        ...

    async def ping(self) -> None:
        """Raise unless the tables answer."""
        ...


class Scans(Protocol):
    """Where runs stand on their way through the directory, and whom they met; kept beside the ledger's batches."""

    async def open(self, scan: Scan, batches: Sequence[Batch], excluded: Iterable[bytes]) -> None:
        """Write the first step, who was named and who is left out. Safe to repeat; the run's row is written later."""
        ...

    async def scan(self, run: str) -> Scan | None:
        """Return where a run stands, or None for a run that lists nothing."""
        ...

    async def update(self, run: str, change: Callable[[Scan], Scan]) -> Scan:
        """Apply a pure change by compare-and-swap; raises KeyError without such a scan."""
        ...

    async def commit_step(self, after: Scan, batches: Sequence[Batch], settled: Sequence[User]) -> bool:
        """Commit a step with whom its page showed, in one transaction; False where another took the step.

        What was committed just so already is its own, repeated.
        """
        ...

    async def batches(self, run: str, step: int) -> tuple[str, ...]:
        """Return the ids of the batches that a step planned."""
        ...

    async def visited(self, run: str) -> Mapping[bytes, str | None]:
        """Return everybody met so far by their mark, with the batch they are in, if any."""
        ...

    async def keep_fingerprints(self, run: str, name: str, marks: Iterable[bytes]) -> None:
        """Keep a set of accounts, once."""
        ...

    async def fingerprints(self, run: str, name: str) -> frozenset[bytes]:
        """Return a set of accounts; empty where none was kept."""
        ...


class Sweeps(Protocol):
    """The sweeps there are."""

    async def add(self, sweep: Sweep) -> bool:
        """Insert a sweep; False where there is one of its id; raises InvalidError where it is too large to be kept."""
        ...

    async def all(self) -> tuple[Sweep, ...]:
        """Return every sweep that can be read, in the order of their ids."""
        ...

    async def get(self, sweep: str) -> Sweep | None:
        """Return a sweep; raises UnreadableError for a row that nobody can read."""
        ...

    async def update(self, sweep: str, change: Callable[[Sweep], Sweep]) -> Sweep:
        """Apply a pure change by compare-and-swap; raises KeyError without such a sweep."""
        ...

    async def remove(self, sweep: str) -> None:
        """Forget a sweep, readable or not; gone already is gone."""
        ...


class Outbox(Protocol):
    """The queues."""

    async def send(self, queue: Queue, message: Mail, delay: timedelta = timedelta(0)) -> None:
        """Put a message on a queue, invisible for the delay (whole seconds, rounded down; at most 7 days)."""
        ...

    async def dead(self) -> Mapping[Queue, int]:
        """Return how many messages lie in each poison queue, those that nobody sees included."""
        ...

    async def ping(self) -> None:
        """Raise unless the queues answer."""
        ...
