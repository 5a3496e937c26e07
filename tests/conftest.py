"""What all tests share: how generated examples are judged, and which tests run in one worker, in which order."""

import gc
import os
import time
import zlib
from pathlib import PurePosixPath

import pytest
from hypothesis import HealthCheck, settings
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

from infra.package.freshness import trouble
from infra.package.layout import target

# Examples are judged by what they show, not by how busy the machine is.
settings.register_profile("revoker", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("revoker")

# The longest groups begin first, or one of them would be waited for at the end. `make unit ARGS=--durations=50` tells.
FIRST = (
    *("faults-0", "faults-1", "test_deadly", "test_roles_spread", "test_crash", "test_sweeps", "test_cli"),
    *("test_pipeline", "test_host_worker", "test_package", "contract", "browser", "test_host_serve"),
    *("test_sweep_month", "test_whole_tenant", "test_refusals", "test_http", "test_host_timers", "test_host_life"),
    *("test_repository", "test_host", "test_cli_terminal", "test_routes"),
)
PACKAGE_SECONDS = 180
# Modules whose tests share nothing and take seconds each: one test is a group.
ALONE = {"test_sweep_month", "test_cli_terminal", "test_routes", "test_sentinel", "test_simulation", "test_addresses"}


class ByGroup(LoadScopeScheduling):
    """Hands out whole groups, so that the processes that their tests share are started once."""

    def _split_scope(self, nodeid: str) -> str:
        return group_of(nodeid)


def group_of(nodeid: str) -> str:
    """Return the group of a test: its module; one module is two groups, two folders are one each, ALONE are single."""
    path = PurePosixPath(nodeid.partition("::")[0])
    if path.stem == "test_faults":
        return f"faults-{zlib.crc32(nodeid.encode()) % 2}"
    if path.parent.name in {"browser", "contract"}:
        return path.parent.name
    return nodeid if path.stem in ALONE else path.stem


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> ByGroup:
    """Hand out by group. The marks of pytest-xdist 3.8 (`xdist_group`) have no effect with pytest 9.2."""
    return ByGroup(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the longest groups first, each as a whole."""
    order = {name: number for number, name in enumerate(FIRST)}
    items.sort(key=lambda item: order.get(group_of(item.nodeid), order.get(item.path.stem, len(order))))


def pytest_collection() -> None:
    """Collect no garbage while tests are collected: they all stay."""
    gc.disable()


def pytest_collection_finish() -> None:
    """Leave what was collected out of every later collection of garbage: it stays, and there is much of it."""
    gc.freeze()
    gc.enable()
    wait_for_package()


def wait_for_package() -> None:
    """Wait for the package that `make test` builds meanwhile; where none comes, the tests that need it say so."""
    end = time.monotonic() + PACKAGE_SECONDS
    while os.environ.get("PACKAGE_COMES") and trouble(target()) and time.monotonic() < end:
        time.sleep(0.5)
