"""Read a listing to its end, page by page: the one loop over cursors."""

from collections.abc import AsyncIterator, Awaitable, Callable

from revoker.ports.page import Page

type ReadPage[T] = Callable[[str | None], Awaitable[Page[T]]]


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
