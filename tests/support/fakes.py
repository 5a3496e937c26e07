"""Stand-ins for the ports: the ledger and the outbox pass the same contract tests as the real ones."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from revoker.adapters.tables.batch_rows import batch_of, batch_row
from revoker.adapters.tables.callers import use_of, use_row
from revoker.adapters.tables.keys import run_key
from revoker.adapters.tables.pace_rows import paces_of, paces_row
from revoker.adapters.tables.page_rows import settled_of
from revoker.adapters.tables.run_rows import readable_runs, run_of, run_row
from revoker.adapters.tables.tally_rows import tally_of
from revoker.core.batch import Batch
from revoker.core.caller_use import CallerUse
from revoker.core.directory_user import DirectoryUser
from revoker.core.graph_answer import GraphAnswer
from revoker.core.message import Mail, Queue, decode, decode_scan_step, encode
from revoker.core.outcome import Outcome, User
from revoker.core.permission import REVOKE
from revoker.core.pool import UNNAMED, Paces
from revoker.core.request import Priority
from revoker.core.revocation import Revocation
from revoker.core.run import Run, State
from revoker.core.tally import Tally, tally
from revoker.ports.ledger import Claim
from revoker.ports.page import Page

if TYPE_CHECKING:
    from revoker.adapters.tables import columns

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


class FakeClock:
    """A clock that moves when told to, or when a worker sleeps."""

    def __init__(self) -> None:
        self.moment = START

    def now(self) -> datetime:
        """Return the moment."""
        return self.moment

    def jitter(self) -> float:
        """Return no jitter."""
        return 0.0

    async def sleep(self, seconds: float) -> None:
        """Let time pass."""
        self.moment += timedelta(seconds=seconds)


class FakeLedger:
    """A ledger in memory; every row passes through the real encoding."""

    def __init__(self) -> None:
        self._runs: dict[str, columns.Row] = {}
        self._batches: dict[str, dict[str, columns.Row]] = defaultdict(dict)
        self._claims: dict[str, Claim] = {}
        self._paces = paces_row(Paces())
        self._callers: dict[str, columns.Row] = {}
        self.revoked_users: dict[str, Revocation] = {}
        self.pages: dict[str, dict[str, columns.Row]] = defaultdict(dict)
        self.scans: dict[str, columns.Row] = {}
        self.poison: list[tuple[str, bytes]] = []
        self.protected: dict[str, tuple[str, ...]] = {}

    async def open_run(self, run: Run, batches: Sequence[Batch], key: str | None = None) -> bool:
        """Write what is missing."""
        for batch in batches:
            self._batches[run.id].setdefault(batch.id, batch_row(batch))
        if key is not None and (key not in self._claims or self._claims[key].run != run.id):
            return False
        self._runs.setdefault(run_key(run.id), run_row(run))
        return True

    async def run(self, run: str) -> Run | None:
        """Return a run."""
        row = self._runs.get(run_key(run))
        return run_of(row) if row else None

    async def shared_run(self, run: str) -> Run | None:
        """Return a run."""
        return await self.run(run)

    async def runs(self, state: State | None, limit: int, cursor: str | None) -> Page[Run]:
        """Return runs, newest first."""
        wanted = None if state is None else (state.value if state.is_final else "")
        keys = [
            key
            for key in sorted(self._runs)
            if key > (cursor or "") and (wanted is None or self._runs[key]["state"] == wanted)
        ]
        found = readable_runs(self._runs[key] for key in keys[:limit])
        return Page(found, keys[limit - 1] if len(keys) > limit else None)

    async def update_run(self, run: str, change: Callable[[Run], Run]) -> Run:
        """Apply a change."""
        key = run_key(run)
        after = change(run_of(self._runs[key]))
        self._runs[key] = run_row(after)
        return after

    async def tally(self, run: str) -> Tally:
        """Count anew; what the scan knows of users to come is told along."""
        counted = tally(self._users(run))
        if run not in self.scans:
            return counted
        coming = tally_of(self.scans[run])
        return replace(counted, planning=coming.planning, expected=coming.expected, last_due=coming.last_due)

    async def batch(self, run: str, batch: str) -> Batch | None:
        """Return a batch."""
        row = self._batches[run].get(batch)
        return batch_of(row) if row else None

    async def update_batch(self, run: str, batch: str, change: Callable[[Batch], Batch]) -> Batch:
        """Apply a change."""
        after = change(batch_of(self._batches[run][batch]))
        self._batches[run][batch] = batch_row(after)
        return after

    async def update_batches(self, run: str, changes: Mapping[str, Callable[[Batch], Batch]]) -> None:
        """Apply changes, one after another."""
        for name, change in changes.items():
            await self.update_batch(run, name, change)

    async def open_batches(self, run: str) -> tuple[str, ...]:
        """Return the ids of open rows."""
        return tuple(batch for batch, row in self._batches[run].items() if row["open"])

    async def waiting_batches(
        self, run: str, due_before: datetime | None = None, limit: int | None = None
    ) -> tuple[str, ...]:
        """Return the ids of rows with users that wait, and were due."""
        due = due_before.isoformat() if due_before else "~"
        found = [batch for batch, row in self._batches[run].items() if row["waiting"] and row["dueAt"] < due]
        return tuple(sorted(found)[:limit])

    async def last_waiting(self, run: str) -> Batch | None:
        """Return the row that is due last."""
        rows = [row for row in self._batches[run].values() if row["waiting"]]
        return batch_of(max(rows, key=lambda row: row["dueAt"])) if rows else None

    async def planned_writes(self, run: str) -> Mapping[str, int]:
        """Count planned users by identity."""
        counted: Counter[str] = Counter()
        for batch in map(batch_of, self._batches[run].values()):
            counted[batch.identity] += sum(user.outcome is Outcome.PLANNED for user in batch.users)
        return +counted

    def create(self, batch: Batch) -> None:
        """Write a batch that is not there yet, as a scan does."""
        if batch.id in self._batches[batch.run]:
            raise ValueError(batch.id)
        self._batches[batch.run][batch.id] = batch_row(batch)

    def _users(self, run: str) -> list[User]:
        """Return all users: those in batches row by row, then those that a page settled."""
        held = [user for key in sorted(self._batches[run]) for user in batch_of(self._batches[run][key]).users]
        return held + [user for name in sorted(self.pages[run]) for user in settled_of(self.pages[run][name])]

    async def users(self, run: str, outcome: Outcome | None, limit: int, cursor: str | None) -> Page[User]:
        """Return users in the order of their rows."""
        if cursor and not cursor.isdecimal():
            raise ValueError(cursor)
        wanted = [user for user in self._users(run) if outcome is None or user.outcome is outcome]
        first = int(cursor or 0)
        more = str(first + limit) if len(wanted) > first + limit else None
        return Page(tuple(wanted[first : first + limit]), more)

    async def claim(self, key: str, run: str, digest: str, instead_of: str | None = None) -> Claim:
        """Tie a key to a run."""
        held = self._claims.get(key)
        if held and (held.run != instead_of or await self.run(held.run)):
            return replace(held, ours=held.run == run and not await self.run(run))
        self._claims[key] = Claim(run, digest, ours=False)
        return Claim(run, digest, ours=True)

    async def release(self, key: str, run: str) -> None:
        """Forget a key."""
        if key in self._claims and self._claims[key].run == run and not await self.run(run):
            del self._claims[key]

    async def paces(self) -> Paces:
        """Return the paces."""
        return paces_of(self._paces)

    async def move_paces(self, change: Callable[[Paces], Paces]) -> Paces:
        """Move the paces."""
        before = await self.paces()
        self._paces = paces_row(change(before))
        return before

    async def protected_ids(self) -> Mapping[str, tuple[str, ...]]:
        """Return what is remembered."""
        return dict(self.protected)

    async def remember_protected(self, entry: str, object_id: str, known: Sequence[str], _at: datetime) -> None:
        """Remember an id, unless another came meanwhile."""
        if self.protected.get(entry, ()) == tuple(known):
            self.protected[entry] = (*known, object_id)

    async def keep_revocations(self, run: str, users: Mapping[str, datetime]) -> None:
        """Remember who was revoked last."""
        for user, at in users.items():
            known = self.revoked_users.get(user)
            if known is None or at > known.at:
                self.revoked_users[user] = Revocation(run, at)

    async def revocations(self, users: Iterable[str], since: datetime) -> Mapping[str, Revocation]:
        """Return what is remembered since a moment."""
        known = {user: self.revoked_users[user] for user in users if user in self.revoked_users}
        return {user: revocation for user, revocation in known.items() if revocation.at >= since}

    async def move_caller(self, caller: str, change: Callable[[CallerUse], CallerUse]) -> CallerUse:
        """Change what a caller asked for."""
        held = self._callers.get(caller)
        before = use_of(held) if held else CallerUse()
        self._callers[caller] = use_row(caller, change(before))
        return before

    async def keep_poison(self, queue: str, body: bytes, _at: datetime) -> None:
        """Keep a body, once."""
        if (queue, body) not in self.poison:
            self.poison.append((queue, body))

    async def ping(self) -> None:
        """Answer."""


class FakeOutbox:
    """Queues in memory; every message passes through the real encoding."""

    def __init__(self) -> None:
        self.sent: list[tuple[Queue, Mail, timedelta]] = []
        self.poisoned: dict[Queue, int] = {}
        self.backlog: set[Queue] = set()

    async def send(self, queue: Queue, message: Mail, delay: timedelta = timedelta(0)) -> None:
        """Remember a message."""
        self.sent.append(
            (queue, (decode_scan_step if queue is Queue.PLAN else decode)(encode(message).encode()), delay)
        )

    def take(self) -> list[tuple[Queue, Mail, timedelta]]:
        """Return what was sent since the last time."""
        sent, self.sent = self.sent, []
        return sent

    async def dead(self) -> Mapping[Queue, int]:
        """Return what was put there."""
        return self.poisoned

    async def has_backlog(self, queue: Queue) -> bool:
        """Return what it was told."""
        return queue in self.backlog

    async def ping(self) -> None:
        """Answer."""


class FakeGraphUsers:
    """A directory that follows a script: what it knows of users, and what it answers before that."""

    def __init__(self, clock: FakeClock, *users: DirectoryUser) -> None:
        self._clock = clock
        self._users = {name: user for user in users for name in user.names}
        self._valid_from = {user.id: user.sessions_valid_from for user in users}
        self.scripts: dict[str, list[GraphAnswer]] = defaultdict(list)
        self.read_scripts: dict[str, list[GraphAnswer]] = defaultdict(list)
        self.searches: dict[str, tuple[DirectoryUser, ...] | GraphAnswer] = {}
        self.units: dict[str, bool] = {}
        self.revoked: list[str] = []
        self.priorities: list[Priority] = []
        self.called_as: list[str] = []
        self.refused: dict[str, GraphAnswer] = {}

    def join(self, user: DirectoryUser) -> None:
        """Let a user join the tenant."""
        self._users |= dict.fromkeys(user.names, user)
        self._valid_from[user.id] = user.sessions_valid_from

    async def permissions_of(self, identity: str) -> frozenset[str] | None:
        """Return the one permission that every identity has, unless it is refused."""
        if identity not in self.refused:
            return frozenset({REVOKE})
        return None if self.refused[identity].fault else frozenset()

    async def revoke(
        self, names: Sequence[str], priority: Priority, identity: str = UNNAMED
    ) -> Mapping[str, GraphAnswer]:
        """Answer by script, else revoke each user that is known."""
        self.priorities.append(priority)
        self.called_as.append(identity)
        if identity in self.refused:
            refusal = self.refused[identity]
            return {name: self.scripts[name].pop(0) if self.scripts[name] else refusal for name in names}
        return {name: self.scripts[name].pop(0) if self.scripts[name] else self._revoke(name) for name in names}

    async def read(self, names: Sequence[str], _priority: Priority) -> Mapping[str, GraphAnswer]:
        """Answer by script, else show each user that is known."""
        return {name: self.read_scripts[name].pop(0) if self.read_scripts[name] else self.show(name) for name in names}

    async def shielded(self, names: Sequence[str], _priority: Priority) -> Mapping[str, bool]:
        """Tell what it was told of restricted units, and nothing of other users."""
        return {name: self.units[name] for name in names if name in self.units}

    async def search(self, _attribute: str, value: str, most: int = 2) -> tuple[DirectoryUser, ...] | GraphAnswer:
        """Answer by script."""
        found = self.searches.get(value, ())
        return found if isinstance(found, GraphAnswer) else found[:most]

    async def home_tenant(self) -> str | None:
        """Return no tenant."""
        return None

    async def ping(self) -> None:
        """Answer."""

    def _revoke(self, name: str) -> GraphAnswer:
        user = self._users.get(name.lower())
        if user is None:
            return GraphAnswer(status=404)
        self.revoked.append(user.id)
        if not user.external:
            self._valid_from[user.id] = self._clock.now()
        return GraphAnswer(status=200, body={"value": True}, request_id="req-1")

    @property
    def ids(self) -> tuple[str, ...]:
        """The ids of all users, in a stable order."""
        return tuple(self._valid_from)

    def show(self, name: str) -> GraphAnswer:
        """Show a user as it is now."""
        user = self._users.get(name.lower())
        if user is None:
            return GraphAnswer(status=404)
        valid_from = self._valid_from[user.id]
        body = {
            "id": user.id,
            "userPrincipalName": user.user_principal_name,
            # Types mix as in the simulated tenant's population: internal guests, external members, agents, none.
            "@odata.type": f"#microsoft.graph.{'agentUser' if user.id[-1] == '7' else 'user'}",
            "userType": ("Member", "Guest", None)[int(user.id[-1], 16) % 3],
            "creationType": "Invitation" if user.external else None,
            "signInSessionsValidFromDateTime": valid_from.isoformat() if valid_from else None,
        }
        return GraphAnswer(status=200, body=body)
