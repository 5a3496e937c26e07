"""What every test has in whose world processes die: their remains are not found while another test runs."""

import gc
from collections.abc import Iterator
from pathlib import Path

import pytest

HERE = Path(__file__).parent

# A job that died before it began was never awaited.
_REMAINS = (
    "ignore:coroutine .* was never awaited:RuntimeWarning",
    "ignore::pytest.PytestUnraisableExceptionWarning",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let the dead be found without a warning."""
    for item in items:
        if item.path.parent == HERE:
            for remains in _REMAINS:
                item.add_marker(pytest.mark.filterwarnings(remains))


@pytest.fixture(autouse=True)
def swept() -> Iterator[None]:
    """Leave nothing of the dead to be found while another test runs."""
    yield
    gc.collect()
