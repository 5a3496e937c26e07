"""`make bench ARGS=page`: the evidence of 100,000 users in each form, and the page to its picture in a browser."""

import asyncio
import tempfile
import time
import tracemalloc
from collections.abc import Callable, Coroutine
from datetime import timedelta
from functools import partial
from itertools import batched
from pathlib import Path

from azure.functions import HttpResponse
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
from revoker.respond.show.report import evidence, report
from revoker.views.evidence.moments import Clock
from revoker.views.report import Format
from revoker.views.status import StatusBasis

_USERS = 100_000
_ROWS_A_PAGE = 50
_BASIS = StatusBasis(Pool(QUOTA, QUOTA))


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
    """Print how long each form takes, how large it is and what it holds, and when a browser shows the page."""
    run = a_run()
    ledger = Rows(run, users(_USERS))
    bodies = {Format.HTML: partial(_made, run, ledger)}
    for form in (Format.CSV, Format.JSON):
        bodies[form] = partial(report, run.id, form, ledger, _BASIS)  # type: ignore[arg-type] # what a report reads of it
    for form, body in bodies.items():
        await _measure(form, body)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "page.html"
        file.write_text(await _made(run, ledger), encoding="utf-8")
        _look(file)


async def _measure(form: Format, body: Callable[[], Coroutine[None, None, str | bytes]]) -> None:
    """Print the time of one making, and the memory of another: tracing costs time."""
    begun = time.perf_counter()
    size = len(HttpResponse(await body()).get_body())
    seconds = time.perf_counter() - begun
    tracemalloc.start()
    HttpResponse(await body())
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    print(f"page     {form}, 100,000 users: made in {seconds:.2f} s, {size:,} bytes, at most {most / 1e6:.0f} MB held")


async def _made(run: Run, ledger: Rows) -> str:
    now = START + timedelta(hours=1)
    return page(await evidence(run.id, Clock(), now, ledger, _BASIS))  # type: ignore[arg-type] # as above


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
