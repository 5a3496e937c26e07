"""What the rows of sweeps promise, held against the stand-in and against Azure Tables on Azurite alike."""

import asyncio
import logging
import string
import uuid
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
import pytest_asyncio
from azure.data.tables.aio import TableServiceClient
from support.fakes import START
from support.sweeping import RITA, SAM, UNFOLDED, FakeSweeps, a_spec, a_sweep_run, long_names, spoil

from revoker.adapters.tables import table
from revoker.adapters.tables.sweep_rows import sweep_row
from revoker.adapters.tables.sweeps import TableSweeps
from revoker.core.problems import InvalidError, UnreadableError
from revoker.core.request import Incident, Scope
from revoker.core.run import State
from revoker.core.sweep import Sweep, new_sweep
from revoker.ports.sweeps import Sweeps

HOSTILE = "o'brien_#EXT#/\\?%&\"<script>=1+1\u2028@contoso.com"


@pytest_asyncio.fixture(params=["fake", "tables"])
async def sweeps(request: pytest.FixtureRequest, storage: str) -> AsyncIterator[Sweeps]:
    """Return each kind there is, empty."""
    if request.param == "fake":
        yield FakeSweeps()
        return
    async with TableServiceClient.from_connection_string(storage) as service:
        made = TableSweeps(service)
        for sweep in await made.all():
            await made.remove(sweep.id)
        yield made


def a_sweep(**more: object) -> Sweep:
    """Return a new sweep."""
    return replace(new_sweep(str(uuid.uuid4()), a_spec(), START), **more)  # type: ignore[arg-type]


async def test_a_sweep_comes_back_as_it_was(sweeps: Sweeps) -> None:
    """Every field, of ten thousand hostile names too."""
    spec = a_spec(*(f"{number}-{HOSTILE}" for number in range(10_000)), schedule="0 0 * * * *", max_age_hours=7)
    asked = replace(spec.run, incident=Incident("i", 7, HOSTILE, "u"), scope=Scope(("g",), ("r",), HOSTILE, True))
    sweep = replace(
        new_sweep(str(uuid.uuid4()), replace(spec, run=asked), START),
        approval_until=START,
        approved_by=SAM,
        paused_by=RITA,
        runs=(a_sweep_run(2), a_sweep_run(1, State.FAILED, HOSTILE)),
        approved_size=10_000,
        skipped=3,
        failed_attempts=4,
        last_failure=HOSTILE,
        ended_at=START,
        ended_because="over",
    )

    assert await sweeps.add(sweep)
    assert sweep == await sweeps.get(sweep.id)
    assert (sweep,) == await sweeps.all()


@pytest.mark.filterwarnings("ignore:Sending a large body")  # aiohttp, of more than 1 MiB: as much as a row may be
@pytest.mark.parametrize("letters", [string.ascii_letters, UNFOLDED])
async def test_names_that_hardly_pack_come_back(sweeps: Sweeps, letters: str) -> None:
    """As many as a body holds, in random upper and lower case or other scripts: each is kept once."""
    sweep = a_sweep(spec=a_spec(*long_names(letters)))

    assert await sweeps.add(sweep)
    assert sweep == await sweeps.get(sweep.id)


async def test_what_no_row_holds_is_refused(sweeps: Sweeps) -> None:
    """It would be written and never read again: nothing is written, and the error says what to write instead."""
    sweep = a_sweep(spec=a_spec(*long_names(UNFOLDED, 1_400_000)))
    with pytest.raises(InvalidError) as refused:
        await sweeps.add(sweep)

    [(path, message)] = refused.value.errors
    assert "users" == path
    assert "name them by object id, or make several sweeps" in message
    assert () == await sweeps.all()


async def test_one_row_that_nobody_can_read_hides_no_other(sweeps: Sweeps, caplog: pytest.LogCaptureFixture) -> None:
    """It is an error in the log, by its id; asked for by itself it says so, and it can be removed."""
    broken, whole = a_sweep(), a_sweep()
    for sweep in (broken, whole):
        await sweeps.add(sweep)
    await spoil(sweeps, broken.id)
    caplog.set_level(logging.ERROR, logger="revoker")

    assert (whole,) == await sweeps.all()
    assert [f'sweep_unreadable {{"sweep": "{broken.id}"}}'] == [record.getMessage() for record in caplog.records]
    with pytest.raises(UnreadableError, match=broken.id):
        await sweeps.get(broken.id)
    await sweeps.remove(broken.id)
    assert None is await sweeps.get(broken.id)


async def test_one_sweep_an_id(sweeps: Sweeps) -> None:
    """The first stays."""
    sweep = a_sweep()

    assert [True, False] == [await sweeps.add(sweep), await sweeps.add(replace(sweep, skipped=5))]
    assert sweep == await sweeps.get(sweep.id)


async def test_all_come_in_order(sweeps: Sweeps) -> None:
    """By id, and so by when they were made."""
    made = [a_sweep() for _ in range(5)]
    for sweep in made:
        await sweeps.add(sweep)

    assert sorted(sweep.id for sweep in made) == [sweep.id for sweep in await sweeps.all()]


async def test_changes_do_not_overwrite_each_other(sweeps: Sweeps) -> None:
    """Every one of many at once is in the row in the end."""
    sweep = a_sweep()
    await sweeps.add(sweep)
    await asyncio.gather(
        *(sweeps.update(sweep.id, lambda row: replace(row, skipped=row.skipped + 1)) for _ in range(8))
    )
    after = await sweeps.get(sweep.id)

    assert replace(sweep, skipped=8) == after


async def test_absence_is_a_value(sweeps: Sweeps) -> None:
    """What is not there is None, cannot be changed, and can be removed again."""
    sweep = a_sweep()
    await sweeps.add(sweep)
    await sweeps.remove(sweep.id)
    await sweeps.remove(sweep.id)

    assert None is await sweeps.get(sweep.id)
    assert () == await sweeps.all()
    with pytest.raises(KeyError):
        await sweeps.update(sweep.id, lambda row: row)


async def test_a_sweep_removed_while_it_is_changed_is_gone(storage: str) -> None:
    """A change that was read before the deletion ends in KeyError, and brings nothing back."""
    async with TableServiceClient.from_connection_string(storage) as service:
        sweeps, sweep = TableSweeps(service), a_sweep()
        await sweeps.add(sweep)
        row = await sweeps._rows.get_entity("sweep", sweep.id)
        await sweeps.remove(sweep.id)

        assert not await table.swap(sweeps._rows, sweep_row(replace(sweep, skipped=1)), row)
        assert None is await sweeps.get(sweep.id)
