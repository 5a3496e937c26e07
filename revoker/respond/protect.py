"""The protected accounts under all their names, as the directory knows them and the ledger remembers them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from revoker import log
from revoker.core.directory_user import directory_user
from revoker.core.names import object_id
from revoker.core.problems import UnavailableError, UnreadableError
from revoker.core.protected import ProtectedEntry, protected_accounts, protected_entries
from revoker.core.request import Priority
from revoker.core.rules import NamedAccounts
from revoker.ports.clock import Clock
from revoker.ports.graph import GraphUsers
from revoker.ports.ledger import Ledger
from revoker.respond.lookup import LOOK_UP_AT_MOST

_FRESH_FOR = timedelta(minutes=5)


@dataclass(slots=True)
class Protection:
    """Looks up the protected list (``REVOKER_PROTECTED``) and remembers the answer for five minutes."""

    entries: tuple[str, ...]
    graph_users: GraphUsers
    ledger: Ledger
    clock: Clock
    _known: NamedAccounts = field(default_factory=NamedAccounts, init=False)
    _at: datetime | None = field(default=None, init=False)

    async def current(self) -> NamedAccounts:
        """Return the list; raises UnavailableError where the directory does not answer and nothing is remembered."""
        known = await self.known()
        if known is None:
            raise UnavailableError("The protected accounts cannot be checked now, so nothing was started.")
        return known

    async def known(self) -> NamedAccounts | None:
        """Return the list, or None while no answer of the directory is remembered: a new instance has none."""
        now = self.clock.now()
        if self.entries and not self._is_fresh(now):
            await self._refresh(now)
        if self.entries and self._at is None:
            return None
        return self._known

    def _is_fresh(self, now: datetime) -> bool:
        """Whether the answer is at most five minutes old; of what age it is after the clock was set back is unknown."""
        return self._at is not None and timedelta(0) <= now - self._at <= _FRESH_FOR

    async def learn(self) -> None:
        """Look the list up where this instance has not yet: an account must be known before an intruder renames it."""
        if self._at is None:
            await self.known()

    async def _refresh(self, now: datetime) -> None:
        try:
            found = await look_up_protected(self.entries, self.graph_users, self.ledger, now)
        except UnreadableError:  # the ledger logged the row; until a person has mended it, no user is called
            return
        if not any(entry.is_passing for entry in found):
            self._known, self._at = protected_accounts(found), now
            _log_suspicious(found)
        elif self._at is not None:  # the list of before stays in use: it protects more accounts than no list would
            log.event("protected_accounts_stale", since=self._at)


async def look_up_protected(
    entries: Sequence[str], graph_users: GraphUsers, ledger: Ledger, now: datetime
) -> tuple[ProtectedEntry, ...]:
    """Return the list as the directory shows it, after remembering each account that is seen for the first time.

    All entries are read, however many there are: 20 a call, every five minutes at most.
    """
    remembered = await _remembered(entries, ledger)
    found = await _read(entries, remembered, graph_users)
    first_seen = [one for one in found if one.learnt]
    if not first_seen:
        return found
    for one in first_seen:
        await ledger.remember_protected(one.entry, str(one.learnt), tuple(one.remembered), now)
    # Another instance may have remembered first, and have seen another account under the name: it is protected too.
    kept = await _remembered(entries, ledger)
    if all(one.learnt in kept.get(one.entry, ()) for one in first_seen):
        return found
    return await _read(entries, kept, graph_users)


async def _read(
    entries: Sequence[str], remembered: Mapping[str, Sequence[str]], graph_users: GraphUsers
) -> tuple[ProtectedEntry, ...]:
    names = [*entries]
    for entry in entries:
        names += remembered.get(entry, ())
    answers = await graph_users.read(list(dict.fromkeys(names)), Priority.URGENT)
    return protected_entries(entries, remembered, answers)


async def _remembered(entries: Sequence[str], ledger: Ledger) -> dict[str, tuple[str, ...]]:
    if all(object_id(entry) for entry in entries):  # an object id never passes to another account
        return {}
    return dict(await ledger.protected_ids())


def _log_suspicious(found: Sequence[ProtectedEntry]) -> None:
    """Log protected accounts that were renamed, and other accounts that took their names: both may be an intruder's."""
    for one in found:
        if one.renamed:
            log.failure("protected_account_renamed", account=one.renamed.id)
        if one.taken_by:
            log.failure("protected_name_taken", account=one.kept[0].id, by=one.taken_by.id)


async def named_accounts(entries: Sequence[str], graph_users: GraphUsers) -> NamedAccounts | None:
    """Return accounts under every name that the directory has for them, or None while it does not answer.

    More than 200 entries are not looked up: they are known by the given names only.
    """
    if len(entries) > LOOK_UP_AT_MOST:
        return NamedAccounts(frozenset(entries), complete=False)
    if not entries:
        return NamedAccounts()
    answers = await graph_users.read(entries, Priority.URGENT)
    names, unknown, seen = set(entries), [], 0
    for entry in entries:
        answer = answers[entry]
        if answer.passing:
            return None
        if answer.says_no_such_user:
            unknown.append(entry)
        elif found := directory_user(answer.body):
            names |= found.names
            seen += 1
    # An entry that was neither found nor denied (403, not a user) may have another name: then the list is incomplete.
    return NamedAccounts(frozenset(names), seen + len(unknown) == len(entries), tuple(unknown))
