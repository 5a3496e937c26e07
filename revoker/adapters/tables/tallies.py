"""A run's tallies as this process last wrote them, so that a commit seldom reads them first.

A remembered tally may be old. It is written back under its ETag, so the service refuses the commit where another
process has counted in between, and the tally is then read.
"""

import asyncio
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from azure.data.tables.aio import TableClient

from revoker.adapters.tables import table
from revoker.adapters.tables.tally_rows import tally_of
from revoker.core.tally import Tally

# Seconds. After that, another process has probably counted, and a refused commit costs more than a read.
_REMEMBERED_FOR = 1.0


@dataclass(frozen=True, slots=True)
class Counted:
    """A tally and the ETag of its row."""

    tally: Tally
    etag: str


class Tallies:
    """Reads the tallies of runs, or remembers them for a second."""

    def __init__(self, rows: TableClient) -> None:
        self._rows = rows
        self._written: dict[tuple[str, str], tuple[float, Counted]] = {}

    async def read(self, run: str, keys: Iterable[str]) -> dict[str, Counted]:
        """Return tallies by their keys; raises KeyError for one that is missing."""
        wanted = list(keys)
        found = await asyncio.gather(*(self._one(run, key) for key in wanted))
        return dict(zip(wanted, found, strict=True))

    def keep(self, run: str, written: Mapping[str, Counted]) -> None:
        """Remember what was written just now, and forget what is older than a second."""
        now = time.monotonic()
        recent = {key: kept for key, kept in self._written.items() if kept[0] > now - _REMEMBERED_FOR}
        self._written = recent | {(run, key): (now, counted) for key, counted in written.items()}

    async def _one(self, run: str, key: str) -> Counted:
        # It is forgotten at once: only the commit tells whether it is still right, and ``keep`` remembers it then.
        at, counted = self._written.pop((run, key), (0.0, None))
        if counted is not None and at > time.monotonic() - _REMEMBERED_FOR:
            return counted
        row = await table.get(self._rows, run, key)
        if row is None:
            raise KeyError(key)
        return Counted(tally_of(row), table.etag_of(row))
