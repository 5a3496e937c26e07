"""Read listings to their end, page by page: the one loop over cursors."""

from collections.abc import AsyncIterator, Awaitable, Callable
from functools import partial

from revoker.core.outcome import Outcome, User
from revoker.core.run import Run
from revoker.ports.ledger import UNFINISHED, Ledger
from revoker.ports.page import Page

type ReadPage[T] = Callable[[str | None], Awaitable[Page[T]]]

# What one reading of the ledger takes: a page of users is some 300 KB.
USERS_IN_PAGE, _RUNS_IN_PAGE = 1000, 100


async def every_page[T](read: ReadPage[T]) -> AsyncIterator[Page[T]]:
    """Yield each page; ``read`` returns the page at a cursor, None for the first, and raises where there is none."""
    cursor: str | None = None
    while True:
        page = await read(cursor)
        yield page
        cursor = page.cursor
        if cursor is None:
            return


async def every_row[T](read: ReadPage[T]) -> AsyncIterator[T]:
    """Yield each row of each page."""
    async for page in every_page(read):
        for row in page.rows:
            yield row


def every_user(run: str, outcome: Outcome, ledger: Ledger) -> AsyncIterator[User]:
    """Yield each user of a run that has an outcome."""
    return every_row(partial(ledger.users, run, outcome, USERS_IN_PAGE))


def unfinished_runs(ledger: Ledger) -> AsyncIterator[Run]:
    """Yield each run that has not ended."""
    return every_row(partial(ledger.runs, UNFINISHED, _RUNS_IN_PAGE))
