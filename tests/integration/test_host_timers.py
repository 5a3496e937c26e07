"""Timers as the real host fires them: missed ticks, past-due starts, one host at a time."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import pytest_asyncio
from azure.core.exceptions import ResourceExistsError
from azure.data.tables.aio import TableClient
from support.hosting import Host, hosting, until

from local.azurite.process import azurite
from local.host.host_table import TABLE, StatusStore
from local.host.timer_status import Status
from revoker.core.schedule import Schedule

pytestmark = pytest.mark.asyncio(loop_scope="module")
YEARLY = "0 0 0 1 1 *"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def storage() -> AsyncIterator[str]:
    """Return the connection string of an Azurite for all hosts here."""
    async with azurite() as emulator:
        yield emulator.connection_string


async def ticks(host: Host, count: int) -> list[tuple[str, float]]:
    """Wait for some ticks; return of each whether it was past due, and when it came."""

    async def ticked() -> bool:
        return len((await host.seen())["tick"]) >= count

    await until(ticked)
    found = []
    for entry in (await host.seen())["tick"]:
        past_due, when = entry.split()
        found.append((past_due, float(when)))
    return found


async def test_a_tick_missed_during_a_run_comes_right_after_it(storage: str, tmp_path: Path) -> None:
    """A run of two and a half seconds is followed by one tick at once, not by one at the next full second."""
    settings = {"TICKS": "* * * * * *", "TICK_SECONDS": "2.5"}
    async with hosting(storage, "missed", tmp_path / "log", settings=settings) as host:
        (_, first), (_, second) = (await ticks(host, 2))[:2]

    assert 2.5 <= second - first < 2.9


async def test_a_timer_that_missed_ticks_while_no_host_ran_fires_at_once(storage: str, tmp_path: Path) -> None:
    """Once, as past due; the next host is not past due any more."""
    missed = Status.fresh(Schedule.parse(YEARLY), datetime.now(UTC) - timedelta(days=400))
    async with TableClient.from_connection_string(storage, TABLE) as table:
        with suppress(ResourceExistsError):
            await table.create_table()
        await StatusStore(table).write("tick", missed)

    async with hosting(storage, "due", tmp_path / "log", settings={"TICKS": YEARLY}) as host:
        assert ["True"] == [past_due for past_due, _ in await ticks(host, 1)]
        await asyncio.sleep(0.5)
    async with hosting(storage, "due", tmp_path / "log", settings={"TICKS": YEARLY}) as host:
        await asyncio.sleep(1)
        assert [] == (await host.seen())["tick"]


async def test_two_hosts_fire_a_timer_once(storage: str, tmp_path: Path) -> None:
    """One has the right; when it dies, the other has to wait until that has lapsed."""
    async with (
        hosting(storage, "first", tmp_path / "log", "--lock-seconds=3") as first,
        hosting(storage, "second", tmp_path / "log", "--lock-seconds=1") as second,
    ):
        await ticks(first, 2)
        assert [] == (await second.seen())["tick"]

        await first.child.kill()
        killed = datetime.now(UTC).timestamp()
        [(_, taken_over), *_] = await ticks(second, 1)

    assert 1 < taken_over - killed < 5
