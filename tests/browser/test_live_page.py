"""The live page in a real browser: it changes by itself, keeps the place of its reader, and ends as evidence."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from headless import Browser
from kinds import KINDS
from support.evidence import evidence_of

from revoker.cli.live.server import LiveServer, served
from revoker.cli.live.source import Source
from revoker.page.render import page


@dataclass
class Clock:
    """A clock that a test sets."""

    now: float = 0.0

    def __call__(self) -> float:
        """Return the seconds."""
        return self.now


@dataclass
class Run:
    """What the API would answer, and the server that shows it."""

    server: LiveServer
    pages: list[str]
    clock: Clock

    @property
    def source(self) -> Source:
        """What the server asks."""
        return self.server.source


def made(kind: str) -> str:
    """Return the page of a kind of run."""
    return page(evidence_of(*KINDS[kind]()))


@pytest.fixture
def run() -> Iterator[Run]:
    """Serve a run that goes on."""
    pages, clock = [made("going")], Clock()
    with served(Source(lambda: pages[0], clock)) as server:
        yield Run(server, pages, clock)


def text(browser: Browser, selector: str) -> str:
    """Return the text of an element."""
    return str(browser.step("evaluate", script=f"document.querySelector('{selector}').textContent"))


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_no_barrier(browser: Browser, run: Run, theme: str) -> None:
    """axe-core finds no violation, on a telephone and on a wide screen, and nothing is wider than the screen."""
    browser.step("open", url=run.server.address)
    for width in (320, 1920):
        seen = browser.step("look", width=width, theme=theme)
        assert seen["wide"] == seen["seen"]
        assert [] == browser.step("axe")


def test_the_page_changes_under_a_reader(browser: Browser, run: Run) -> None:
    """Numbers and picture are new, the keyboard stays where it was, and only the command was asked."""
    opened = browser.step("open", url=run.server.address)
    before = text(browser, "h1")
    browser.step("evaluate", script="document.querySelector('.numbers .guests a').focus()")
    run.pages[0] = made("small")
    run.clock.now += 60
    browser.step("evaluate", script="refresh()")

    assert before != text(browser, "h1")
    assert "The page is as of 2026-11-25 21:00:00 UTC (22:00:00 UTC+01:00)." == text(browser, "#live-read")
    assert "#guests" == browser.step("evaluate", script="document.activeElement.getAttribute('href')")
    assert {run.server.address} == {url[: len(run.server.address)] for url in opened["requested"]}


def test_the_live_page_runs_under_its_own_policy(browser: Browser, run: Run) -> None:
    """The policy lets in our script, our style and the page's own; the browser complains of nothing."""
    opened = browser.step("open", url=run.server.address)
    shown = browser.step("evaluate", script="getComputedStyle(document.querySelector('.live')).display")

    assert ([], "flex") == (opened["complaints"], shown)
    assert "function" == browser.step("evaluate", script="typeof refresh")
    assert "grid" == browser.step("evaluate", script="getComputedStyle(document.querySelector('.numbers')).display")


def test_pause_holds_the_page(browser: Browser, run: Run) -> None:
    """A reader who pauses is not interrupted, and is told."""
    browser.step("open", url=run.server.address)
    browser.step("evaluate", script="document.getElementById('live-pause').click()")

    assert browser.step("evaluate", script="busy()")
    assert ("Go on", "Paused: this page does not change.") == (
        text(browser, "#live-pause"),
        text(browser, "#live-status"),
    )


def test_it_ends_as_the_evidence(browser: Browser, run: Run) -> None:
    """The last page is the evidence; the bar says where it is saved."""
    browser.step("open", url=run.server.address)
    run.source.end(made("small"), "revoker-1.html")
    browser.step("evaluate", script="refresh()")

    assert run.source.last_seen.is_set()
    assert "The evidence is saved as revoker-1.html." in text(browser, "#live-status")
    assert "Not all done" == text(browser, ".verdict .word")
    assert browser.step("evaluate", script="document.getElementById('live-pause').hidden")
