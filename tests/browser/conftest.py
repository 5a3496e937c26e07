"""One browser for the tests of a worker, and the pages that they look at."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from headless import Browser
from kinds import KINDS, Pages
from support.evidence import evidence_of

from revoker.page.render import page

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Start the browser once."""
    made = Browser()
    yield made
    made.close()


@pytest.fixture(scope="session")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Pages:
    """Return the address of the evidence page of a kind of run, as a file on disk."""
    folder = tmp_path_factory.mktemp("pages")

    def address(kind: str) -> str:
        file: Path = folder / f"{kind}.html"
        if not file.exists():
            file.write_text(page(evidence_of(*KINDS[kind]())), encoding="utf-8")
        return file.as_uri()

    return address
