"""The one loop over cursors."""

from revoker.ports.page import Page
from revoker.respond.every_page import every_page, every_row

PAGES = {None: Page((1, 2), "a"), "a": Page((), "b"), "b": Page((3,), None)}


async def read(cursor: str | None) -> Page[int]:
    """Return the page at a cursor."""
    return PAGES[cursor]


async def test_each_page_comes_once_and_in_order() -> None:
    """An empty page in between ends nothing: the cursor does."""
    assert list(PAGES.values()) == [page async for page in every_page(read)]


async def test_each_row_comes_once_and_in_order() -> None:
    """Rows come without their pages."""
    assert [1, 2, 3] == [row async for row in every_row(read)]
