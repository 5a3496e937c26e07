"""The protected accounts under both their names, as the directory knows them."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from revoker import log
from revoker.errors import UnavailableError
from revoker.plan import Protected
from revoker.ports import Clock, Directory
from revoker.request import Priority
from revoker.sighting import sighting

_FRESH_FOR = timedelta(minutes=5)


@dataclass(slots=True)
class Protection:
    """Resolves the protected list, and remembers it for five minutes."""

    entries: tuple[str, ...]
    directory: Directory
    clock: Clock
    _known: Protected = field(default_factory=Protected, init=False)
    _at: datetime | None = field(default=None, init=False)

    async def current(self) -> Protected:
        """Return the list; raises UnavailableError when the directory cannot be asked and nothing is remembered."""
        if not self.entries:
            return self._known
        now = self.clock.now()
        if self._at is None or now - self._at > _FRESH_FOR:
            await self._refresh(now)
        return self._known

    async def _refresh(self, now: datetime) -> None:
        answers = await self.directory.read(self.entries, Priority.URGENT)
        if any(answer.passing for answer in answers.values()):
            if self._at is None:
                raise UnavailableError("The protected accounts cannot be checked now, so nothing was started.")
            log.event("protected_accounts_stale", since=self._at)
            return
        seen = [found for answer in answers.values() if (found := sighting(answer.body))]
        names = frozenset(self.entries).union(*(found.names for found in seen))
        unknown = tuple(entry for entry in self.entries if answers[entry].says_no_such_user)
        self._known = Protected(names, len(seen) + len(unknown) == len(self.entries), unknown)
        self._at = now
