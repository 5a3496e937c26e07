"""How many inputs: a quick share in `make test`, and as many as `make fuzz` says, counted as they run."""

import asyncio
import logging
import os
from collections import Counter
from collections.abc import Iterator

import pytest
from effort import FULL, INPUTS

COUNTED: Counter[str] = Counter()


@pytest.fixture
def count(request: pytest.FixtureRequest) -> Iterator[Counter[str]]:
    """Return what a test adds its inputs to, under its module's name."""
    mine: Counter[str] = Counter()
    yield mine
    COUNTED[request.path.stem.removeprefix("test_")] += mine.total()


@pytest.fixture(autouse=True)
def quiet(caplog: pytest.LogCaptureFixture) -> None:
    """Keep thousands of lines about refusals out of memory."""
    caplog.set_level(logging.CRITICAL, logger="revoker")


@pytest.fixture(scope="session")
def runner() -> Iterator[asyncio.Runner]:
    """Return one event loop for all inputs: making one costs more than most of them."""
    with asyncio.Runner() as made:
        yield made


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say how many inputs there were."""
    if COUNTED:
        parts = ", ".join(f"{name} {number:,}" for name, number in sorted(COUNTED.items()))
        terminalreporter.write_line(f"fuzz: {COUNTED.total():,} inputs ({parts})")


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Fail a full run that tried fewer inputs than it was asked for: a share that runs dry must not pass for one."""
    if FULL and session.exitstatus == pytest.ExitCode.OK and COUNTED.total() < INPUTS:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
        os.write(2, f"\nfuzz: only {COUNTED.total():,} of {INPUTS:,} inputs were tried\n".encode())
