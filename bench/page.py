"""`make bench ARGS=page`: the evidence page of 100,000 users, from rows of the ledger to a picture in a browser."""

import asyncio
import tempfile
import time
import tracemalloc
from collections.abc import Callable
from datetime import timedelta
from itertools import batched
from pathlib import Path

from headless import Browser
from support.evidence import QUOTA, a_run, users
from support.fakes import START

from revoker.adapters.tables.batch_rows import batch_of, batch_row
from revoker.core.batch import MOST_IN_BATCH, Batch
from revoker.core.outcome import Outcome, User
from revoker.core.pool import Pool
from revoker.core.request import Priority
from revoker.core.run import Run
from revoker.core.tally import Tally, tally
from revoker.page.render import page
from revoker.ports.page import Page
from revoker.respond.show.report import evidence
from revoker.views.evidence.moments import Clock
from revoker.views.status import Reckoning

_USERS = 100_000
_ROWS_A_PAGE = 50


class Rows:
    """The ledger as its rows: each is read as from the table, without a network between."""

    def __init__(self, run: Run, people: list[User]) -> None:
        self._run, self._tally = run, tally(people)
        cut = enumerate(batched(people, MOST_IN_BATCH, strict=False))
        self._rows = [batch_row(_batch(run.id, number, some)) for number, some in cut]

    async def run(self, _run: str) -> Run:
        """Return the run."""
        return self._run

    async def tally(self, _run: str) -> Tally:
        """Return its numbers."""
        return self._tally

    async def users(self, _run: str, _outcome: Outcome | None, _limit: int, cursor: str | None) -> Page[User]:
        """Return the users of some rows."""
        first = int(cursor or 0)
        found: list[User] = []
        for row in self._rows[first : first + _ROWS_A_PAGE]:
            found += batch_of(row).users
        more = first + _ROWS_A_PAGE
        return Page(tuple(found), str(more) if more < len(self._rows) else None)


def _batch(run: str, number: int, some: tuple[User, ...]) -> Batch:
    return Batch(run=run, id=f"b{number:05}", lane=Priority.BULK, users=some, planned_for=START, due_at=START)


async def main() -> None:
    """Print how long the page takes, how large it is, and when a browser shows it."""
    run = a_run()
    ledger = Rows(run, users(_USERS))
    begun = time.perf_counter()
    text = await _made(run, ledger)
    print(f"page     100,000 users: made in {time.perf_counter() - begun:.2f} s, {len(text.encode()):,} bytes")
    tracemalloc.start()
    await _made(run, ledger)
    print(f"page     most memory meanwhile: {tracemalloc.get_traced_memory()[1] / 1e6:.0f} MB")
    tracemalloc.stop()
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "page.html"
        file.write_text(text, encoding="utf-8")
        _look(file)


async def _made(run: Run, ledger: Rows) -> str:
    now = START + timedelta(hours=1)
    return page(await evidence(run.id, Clock(), now, ledger, Reckoning(Pool(QUOTA, QUOTA))))  # type: ignore[arg-type]


def _look(file: Path) -> None:
    browser = Browser()
    browser.step("look", width=1280)
    opened = _seconds(lambda: browser.step("open", url=file.as_uri()))
    shown = _seconds(lambda: browser.step("picture", path=str(file.with_suffix(".png"))))
    print(f"page     in a browser: loaded after {opened:.2f} s, first picture after {opened + shown:.2f} s")
    print(f"page     printed: {browser.step('print')['pages']} pages")
    browser.close()


def _seconds(act: Callable[[], object]) -> float:
    begun = time.perf_counter()
    act()
    return time.perf_counter() - begun


if __name__ == "__main__":
    asyncio.run(main())
