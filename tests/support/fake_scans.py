"""A stand-in for the scans, beside the stand-in of the ledger; every row passes through the real encoding."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence

from support.fakes import FakeLedger

from revoker.adapters.tables import page_rows
from revoker.adapters.tables.scan_rows import scan_of, scan_row
from revoker.core.batch import Batch
from revoker.core.outcome import User
from revoker.core.scan import Scan


class FakeScans:
    """Scans in memory; what a page settled shows in the ledger."""

    def __init__(self, ledger: FakeLedger) -> None:
        self._ledger = ledger
        self._fingerprints: dict[tuple[str, str], frozenset[bytes]] = defaultdict(frozenset)
        self._names: dict[tuple[str, str], tuple[str, ...]] = {}

    async def open(self, scan: Scan, batches: Sequence[Batch], excluded: Iterable[bytes]) -> None:
        """Write what is missing."""
        await self.keep_fingerprints(scan.run, "excluded", excluded)
        self._ledger.pages[scan.run].setdefault("named", page_rows.page_row(scan.run, "named", batches, ()))
        self._ledger.scans.setdefault(scan.run, scan_row(scan))

    async def scan(self, run: str) -> Scan | None:
        """Return where a run stands."""
        row = self._ledger.scans.get(run)
        return scan_of(row) if row else None

    async def update(self, run: str, change: Callable[[Scan], Scan]) -> Scan:
        """Apply a change."""
        after = change(scan_of(self._ledger.scans[run]))
        self._ledger.scans[run] = scan_row(after)
        return after

    async def commit_step(self, after: Scan, batches: Sequence[Batch], settled: Sequence[User]) -> bool:
        """Commit a step, unless it was taken."""
        row = self._ledger.scans.get(after.run)
        page = page_rows.page_row(after.run, str(after.step), batches, settled)
        if row is None or row["step"] != after.step - 1:
            return row == scan_row(after) and page == self._ledger.pages[after.run].get(f"{after.step:06}")
        for batch in batches:
            self._ledger.create(batch)
        self._ledger.pages[after.run][f"{after.step:06}"] = page
        self._ledger.scans[after.run] = scan_row(after)
        return True

    async def batches(self, run: str, step: int) -> tuple[str, ...]:
        """Return the ids of the batches that a step planned."""
        row = self._ledger.pages[run].get(f"{step:06}")
        return page_rows.batches_of(row) if row else ()

    async def visited(self, run: str) -> Mapping[bytes, str | None]:
        """Return all users visited so far."""
        return dict(pair for row in self._ledger.pages[run].values() for pair in page_rows.members_of(row))

    async def keep_fingerprints(self, run: str, name: str, fingerprints: Iterable[bytes]) -> None:
        """Keep a set, once."""
        self._fingerprints.setdefault((run, name), frozenset(fingerprints))

    async def keep_names(self, run: str, name: str, names: Sequence[str]) -> None:
        """Keep a list, once."""
        self._names.setdefault((run, name), tuple(names))

    async def names(self, run: str, name: str) -> tuple[str, ...]:
        """Return a list."""
        return self._names.get((run, name), ())

    async def fingerprints(self, run: str, name: str) -> frozenset[bytes]:
        """Return a set."""
        return self._fingerprints.get((run, name), frozenset())
