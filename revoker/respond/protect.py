"""The protected accounts under both their names, as the directory knows them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from revoker import log
from revoker.core.directory_user import directory_user
from revoker.core.errors import UnavailableError
from revoker.core.request import Priority
from revoker.core.rules import NamedAccounts
from revoker.ports.clock import Clock
from revoker.ports.graph import GraphUsers
from revoker.respond.lookup import LOOK_UP_AT_MOST

_FRESH_FOR = timedelta(minutes=5)


@dataclass(slots=True)
class Protection:
    """Resolves the protected list, and remembers it for five minutes."""

    entries: tuple[str, ...]
    directory: GraphUsers
    clock: Clock
    _known: NamedAccounts = field(default_factory=NamedAccounts, init=False)
    _at: datetime | None = field(default=None, init=False)

    async def current(self) -> NamedAccounts:
        """Return the list; raises UnavailableError when the directory cannot be asked and nothing is remembered."""
        known = await self.known()
        if known is None:
            raise UnavailableError("The protected accounts cannot be checked now, so nothing was started.")
        return known

    async def known(self) -> NamedAccounts | None:
        """Return the list, or None while nobody knows it: a new instance remembers none."""
        now = self.clock.now()
        if self.entries and (self._at is None or now - self._at > _FRESH_FOR):
            await self._refresh(now)
        return None if self.entries and self._at is None else self._known

    async def _refresh(self, now: datetime) -> None:
        known = await listed(self.entries, self.directory)
        if known is not None:
            self._known, self._at = known, now
        elif self._at is not None:
            log.event("protected_accounts_stale", since=self._at)


async def listed(entries: Sequence[str], directory: GraphUsers) -> NamedAccounts | None:
    """Return accounts under every name the directory has for them, or None while it does not answer.

    More than are looked up in one call are known as given only.
    """
    if len(entries) > LOOK_UP_AT_MOST:
        return NamedAccounts(frozenset(entries), complete=False)
    answers = await directory.read(entries, Priority.URGENT) if entries else {}
    if any(answer.passing for answer in answers.values()):
        return None
    seen = [found for answer in answers.values() if (found := directory_user(answer.body))]
    names = frozenset(entries).union(*(found.names for found in seen))
    unknown = tuple(entry for entry in entries if answers[entry].says_no_such_user)
    return NamedAccounts(names, len(seen) + len(unknown) == len(entries), unknown)
