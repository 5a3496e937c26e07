"""After a rollback the ledger may hold rows of a later form: none is taken for one of ours, and no user is called."""

from collections.abc import AsyncIterator, Callable

import pytest
from support.company import ALICE, BREAKGLASS, World
from support.evidence import a_run
from support.fakes import START

from revoker.adapters.tables import protected, revocations
from revoker.adapters.tables.batch_rows import batch_of, batch_row
from revoker.adapters.tables.callers import use_of, use_row
from revoker.adapters.tables.columns import BROKEN, FORM, ReadRow, Row
from revoker.adapters.tables.pace_rows import paces_of, paces_row
from revoker.adapters.tables.page_rows import batches_of, names_of, names_rows, page_row, settled_of
from revoker.adapters.tables.run_rows import run_of, run_row
from revoker.adapters.tables.scan_rows import scan_of, scan_row
from revoker.adapters.tables.tally_rows import tally_of, tally_row
from revoker.core.batch import Batch
from revoker.core.caller_use import CallerUse
from revoker.core.pool import Paces
from revoker.core.problems import UnavailableError, UnreadableError
from revoker.core.request import Priority
from revoker.core.scan import Scan
from revoker.core.tally import Tally
from revoker.respond.protect import Protection

BATCH = Batch(run="r", id="b", lane=Priority.URGENT, users=(), due_at=START, planned_for=START)
READ: dict[str, tuple[Callable[[ReadRow], object], Row]] = {
    "run": (run_of, run_row(a_run())),
    "batch": (batch_of, batch_row(BATCH)),
    "scan": (scan_of, scan_row(Scan(run="r", sources=(), due_at=START, since=START))),
    "tally": (tally_of, tally_row("r", "tally", Tally())),
    "page": (settled_of, page_row("r", "page-1", [BATCH], [])),
    "page's batches": (batches_of, page_row("r", "page-1", [BATCH], [])),
    "names": (names_of, names_rows("r", "plan", ["a"])[0]),
    "paces": (paces_of, paces_row(Paces())),
    "caller": (use_of, use_row("id-9", CallerUse())),
    "protected": (protected._ids, protected._row("glass@contoso.com", ("id-1",), START)),
}


@pytest.mark.parametrize("kind", READ)
def test_a_row_of_a_later_form_is_not_read(kind: str) -> None:
    """Even where its columns look like ours: they may mean something else there."""
    read, row = READ[kind]
    read(row)
    with pytest.raises((*BROKEN, UnreadableError)):
        read({**row, "v": FORM["v"] + 1})


async def test_the_protected_lists_memory_is_read_whole_or_not_at_all(monkeypatch: pytest.MonkeyPatch) -> None:
    """One row that cannot be read is not left out: its account would be protected by a name that may be gone."""
    rows = [protected._row(f"glass{number}@contoso.com", (f"id-{number}",), START) for number in range(2)]

    async def first(*_: object) -> list[Row]:
        return rows

    monkeypatch.setattr(protected.table, "first", first)
    ledger = protected.TableProtected.__new__(protected.TableProtected)
    ledger._ledger = None  # type: ignore[assignment]
    assert 2 == len(await ledger.protected_ids())
    rows[1] = {**rows[1], "v": FORM["v"] + 1}
    with pytest.raises(UnreadableError, match=rows[1]["RowKey"]):
        await ledger.protected_ids()


async def test_what_is_remembered_in_a_later_form_calls_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    """A break-glass account may be known there under an id that is not known here: no run starts, no batch goes on."""
    world = World(protected=(BREAKGLASS.user_principal_name,))
    run = await world.start(ALICE.user_principal_name)

    async def unreadable() -> dict[str, tuple[str, ...]]:
        raise UnreadableError("a row of form 3")

    monkeypatch.setattr(world.ledger, "protected_ids", unreadable)
    world.protection = Protection(world.protected, world.graph_users, world.ledger, world.clock)
    with pytest.raises(UnavailableError):
        await world.start(ALICE.user_principal_name)
    await world.step()

    assert [] == world.graph_users.revoked
    assert {ALICE.user_principal_name: "retrying"} == await world.outcomes(run)


async def test_a_revocation_of_a_later_form_spares_nobody() -> None:
    """A cooldown then does not know of it: the user is revoked once more, which is the safe side."""
    row = {**FORM, "run": "r", "users": f'{{"{ALICE.id}":"{START.isoformat()}"}}'}

    class Table:
        async def query_entities(self, *_query: object, **_options: object) -> AsyncIterator[Row]:
            yield row

    ledger = revocations.TableRevocations.__new__(revocations.TableRevocations)
    ledger._ledger = Table()  # type: ignore[assignment]
    assert [ALICE.id] == [*await ledger.revocations([ALICE.id], START)]
    row = {**row, "v": FORM["v"] + 1}
    assert {} == await ledger.revocations([ALICE.id], START)
