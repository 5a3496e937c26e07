"""Rows that this app did not write: a named error in a moment, never a loop nor a gigabyte."""

import tracemalloc
import zlib
from collections.abc import Callable
from dataclasses import replace
from functools import cache

import pytest
from support.company import ALICE, World
from support.in_process import Front

from revoker.adapters.tables.columns import FORM, Row, byte_columns
from revoker.adapters.tables.packed import MOST_UNPACKED
from revoker.adapters.tables.page_rows import settled_of
from revoker.adapters.tables.sweep_rows import sweep_of
from revoker.core.problems import UnreadableError
from revoker.core.run_id import new_id
from revoker.respond.show.runs import origin

BOMB = "a bomb"
ADDRESS = {"PartitionKey": "a-run", "RowKey": "page-1"}


@cache
def bomb() -> bytes:
    """Return 100 MB of blanks, packed; a gigabyte would be no different, and a row of a megabyte may hold that."""
    return zlib.compress(b" " * (6 * MOST_UNPACKED), 9)


def read_page(packed: bytes, form: Row) -> object:
    """Read a page of the directory."""
    name = "settled" if form else "settled0"
    return settled_of({**ADDRESS, **form, **byte_columns(name, packed)})


def read_sweep(packed: bytes, form: Row) -> object:
    """Read a sweep."""
    name = "sweep" if form else "wish0"
    return sweep_of({**ADDRESS, **form, "life": "{}", **byte_columns(name, packed)})


@pytest.mark.parametrize("read", [read_page, read_sweep])
@pytest.mark.parametrize("form", [FORM, {}], ids=["today's form", "first form"])
@pytest.mark.parametrize("packed", [BOMB, b"nonsense", b"", zlib.compress(b"[")[:-3], zlib.compress(b"7")])
def test_packed_data_is_a_named_error(read: Callable[[bytes, Row], object], form: Row, packed: bytes | str) -> None:
    """A bomb, nonsense, nothing, a piece, another value: refused, with no more memory than the bound and a copy."""
    given = packed if isinstance(packed, bytes) else bomb()
    tracemalloc.start()
    with pytest.raises(UnreadableError):
        read(given, form)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert peak < 4 * MOST_UNPACKED


@pytest.mark.parametrize("length", [1, 2, 7])
async def test_a_retry_of_itself_is_a_named_error(length: int) -> None:
    """A chain of retries that leads in a circle ends, for each of its runs."""
    world = World()
    runs = [await world.start(ALICE.user_principal_name) for _ in range(length)]
    for number, run in enumerate(runs):
        before = runs[number - 1].id
        await world.ledger.update_run(run.id, lambda row, before=before: replace(row, retry_of=before))
    for run in runs:
        stored = await world.ledger.run(run.id)
        assert stored is not None
        with pytest.raises(UnreadableError):
            await origin(stored, world.ledger)


async def test_a_chain_of_retries_is_followed_to_its_first_run() -> None:
    """Fifty retries one after the other are no circle."""
    world = World()
    first = last = await world.start(ALICE.user_principal_name)
    for _ in range(50):
        before, last = last.id, await world.start(ALICE.user_principal_name)
        last = await world.ledger.update_run(last.id, lambda row, before=before: replace(row, retry_of=before))

    assert first == await origin(last, world.ledger)


async def test_the_api_says_it_in_a_problem() -> None:
    """500 with a title and a sentence, and no correlation id to look for."""
    front = Front()
    run = await front.world.start(ALICE.user_principal_name)
    await front.world.ledger.update_run(run.id, lambda row: replace(row, retry_of=row.id))
    answer = await front.ask("cancel_run", params={"id": run.id})

    assert (500, "Unreadable") == (answer.status, answer.json["title"])
    assert new_id(front.world.clock.now())[:8] in answer.json["detail"]
