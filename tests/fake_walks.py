"""A stand-in for the walks, beside the stand-in of the ledger; every row passes through the real encoding."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence

from fakes import FakeLedger

from revoker.adapters import page_rows
from revoker.batch import Batch
from revoker.outcome import User
from revoker.walk import Walk


class FakeWalks:
    """Walks in memory; what a page settled shows in the ledger."""

    def __init__(self, ledger: FakeLedger) -> None:
        self._ledger = ledger
        self._marks: dict[tuple[str, str], frozenset[bytes]] = defaultdict(frozenset)

    async def open(self, walk: Walk, batches: Sequence[Batch], excluded: Iterable[bytes]) -> None:
        """Write what is missing."""
        await self.keep_marks(walk.run, "excluded", excluded)
        self._ledger.pages[walk.run].setdefault("named", page_rows.page_row(walk.run, "named", batches, ()))
        self._ledger.walks.setdefault(walk.run, page_rows.walk_row(walk))

    async def walk(self, run: str) -> Walk | None:
        """Return where a run stands."""
        row = self._ledger.walks.get(run)
        return page_rows.walk_of(row) if row else None

    async def update(self, run: str, change: Callable[[Walk], Walk]) -> Walk:
        """Apply a change."""
        after = change(page_rows.walk_of(self._ledger.walks[run]))
        self._ledger.walks[run] = page_rows.walk_row(after)
        return after

    async def turn(self, after: Walk, batches: Sequence[Batch], settled: Sequence[User]) -> bool:
        """Commit a step, unless it was taken."""
        row = self._ledger.walks.get(after.run)
        page = page_rows.page_row(after.run, str(after.step), batches, settled)
        if row is None or row["step"] != after.step - 1:
            return row == page_rows.walk_row(after) and page == self._ledger.pages[after.run].get(f"{after.step:06}")
        for batch in batches:
            self._ledger.create(batch)
        self._ledger.pages[after.run][f"{after.step:06}"] = page
        self._ledger.walks[after.run] = page_rows.walk_row(after)
        return True

    async def batches(self, run: str, step: int) -> tuple[str, ...]:
        """Return the ids of the batches that a step planned."""
        row = self._ledger.pages[run].get(f"{step:06}")
        return page_rows.batches_of(row) if row else ()

    async def met(self, run: str) -> Mapping[bytes, str | None]:
        """Return everybody met so far."""
        return dict(pair for row in self._ledger.pages[run].values() for pair in page_rows.members_of(row))

    async def keep_marks(self, run: str, name: str, marks: Iterable[bytes]) -> None:
        """Keep a set, once."""
        self._marks.setdefault((run, name), frozenset(marks))

    async def marks(self, run: str, name: str) -> frozenset[bytes]:
        """Return a set."""
        return self._marks.get((run, name), frozenset())
