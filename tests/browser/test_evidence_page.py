"""The evidence page in a real browser: no barrier, no sideways scrolling, whole on paper, nothing fetched."""

import pytest
from headless import Browser
from kinds import Pages

WIDTHS = (320, 768, 1280, 1920)
# A4 landscape less the margins that the style gives it, in the 96 units an inch that browsers count.
PAPER_WIDTH, PAPER_HEIGHT = round(273 / 25.4 * 96), round(186 / 25.4 * 96)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("kind", ["small", "dry run", "cancelled", "failed", "going"])
def test_no_barrier(browser: Browser, pages: Pages, kind: str, theme: str) -> None:
    """axe-core finds no violation, on a telephone and on a wide screen."""
    browser.step("open", url=pages(kind))
    found: list[str] = []
    for width in (320, 1920):
        browser.step("look", width=width, theme=theme)
        found += browser.step("axe")

    assert [] == found


def test_no_barrier_at_2000_names(browser: Browser, pages: Pages) -> None:
    """The page of a whole tenant has none either, contrast included; the dark colours are those of the small pages."""
    browser.step("open", url=pages("large"))
    browser.step("look", width=1280, theme="light")

    assert [] == browser.step("axe")


@pytest.mark.parametrize("kind", ["small", "dry run", "cancelled"])
def test_nothing_is_wider_than_the_screen(browser: Browser, pages: Pages, kind: str) -> None:
    """The page never scrolls sideways; wide tables do, inside their frame."""
    browser.step("open", url=pages(kind))
    for width in WIDTHS:
        seen = browser.step("look", width=width)
        assert (width, seen["wide"]) == (width, seen["seen"])


def test_the_page_fetches_nothing(browser: Browser, pages: Pages) -> None:
    """The file is all there is, no code of its own runs, and its own policy lets its style in."""
    opened = browser.step("open", url=pages("small"))

    assert ([pages("small")], []) == (opened["requested"], opened["complaints"])
    assert 0 == browser.step("evaluate", script="document.scripts.length")
    assert "grid" == browser.step("evaluate", script="getComputedStyle(document.querySelector('.numbers')).display")


def test_a_keyboard_reaches_the_rows(browser: Browser, pages: Pages) -> None:
    """Tab finds the way past the header first; a number leads to its rows."""
    browser.step("open", url=pages("small"))
    browser.step("key", name="Tab")
    skip = browser.step("evaluate", script="document.activeElement.getAttribute('href')")
    browser.step("evaluate", script="document.querySelector('.numbers .not-done a').focus()")
    browser.step("key", name="Enter")

    assert ("#content", "#not-done") == (skip, browser.step("evaluate", script="location.hash"))


def test_it_prints_to_60_pages(browser: Browser, pages: Pages) -> None:
    """2,000 users, A4 landscape."""
    browser.step("open", url=pages("2,000"))

    assert browser.step("print")["pages"] <= 60


@pytest.mark.parametrize("kind", ["2,000", "dry run", "cancelled", "failed", "wide scope"])
def test_the_first_sheet_is_whole(browser: Browser, pages: Pages, kind: str) -> None:
    """Verdict, numbers, facts and picture fit on one sheet, with the longest reason too; the rest begins another."""
    browser.step("open", url=pages(kind))
    browser.step("look", width=PAPER_WIDTH, media="print")
    bottom = browser.step("evaluate", script="document.querySelector('.sheet').getBoundingClientRect().bottom")
    after = browser.step("evaluate", script="getComputedStyle(document.querySelector('.sheet')).breakAfter")

    assert bottom <= PAPER_HEIGHT
    assert "page" == after
