"""What all tests share: how generated examples are judged, and which tests run in one worker, in which order."""

import gc
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

# Examples are judged by what they show, not by how busy the machine is.
settings.register_profile("revoker", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("revoker")

TESTS = Path(__file__).parent
# The longest groups begin first, or one of them would be waited for at the end. `make unit ARGS=--durations=50` tells.
FIRST = (
    *("faults-0", "faults-1", "test_deadly", "test_roles_spread", "test_crash", "test_sweeps", "test_cli"),
    *(
        "test_pipeline",
        "test_host_worker",
        "test_package",
        "contract",
        "browser",
        "test_host_serve",
        "test_sweep_month",
    ),
    *("test_whole_tenant", "test_refusals", "test_http"),
    *("test_host_timers", "test_host_life", "test_repository", "test_host", "test_cli_terminal", "test_routes"),
)
# Modules whose tests share nothing and take seconds each: one test is a group.
ALONE = {"test_sweep_month", "test_cli_terminal", "test_routes", "test_sentinel", "test_simulation", "test_addresses"}


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Group the tests that share processes, so that each process is started once, and put the longest first."""
    ranks: dict[str, int] = {}
    for number, item in enumerate(items):
        group = _group(item.path, number)
        if group not in ALONE:
            item.add_marker(pytest.mark.xdist_group(group))
        ranks[item.nodeid] = FIRST.index(group) if group in FIRST else len(FIRST)
    items.sort(key=lambda item: ranks[item.nodeid])


def _group(path: Path, number: int) -> str:
    """Return the group of a test: its module, but for one module that is two and two folders that are one each."""
    if path.stem == "test_faults":
        return f"faults-{number % 2}"
    for folder in ("browser", "contract"):
        if path.is_relative_to(TESTS / folder):
            return folder
    return path.stem


def pytest_collection_finish() -> None:
    """Leave what was collected out of every later collection of garbage: it stays, and there is much of it."""
    gc.collect()
    gc.freeze()
