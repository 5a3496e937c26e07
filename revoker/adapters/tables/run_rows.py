"""A run as a table row and back; a row is written whole, so that a reader never sees half of one."""

from collections.abc import Iterable
from dataclasses import replace

from revoker import log
from revoker.adapters.tables import first_form
from revoker.adapters.tables.columns import BROKEN, FORM, ReadRow, Row, read_row, text_columns
from revoker.adapters.tables.decided import with_decisions
from revoker.adapters.tables.fitting import fitting
from revoker.adapters.tables.keys import RUN, run_key
from revoker.core.run import Run, State


def run_row(run: Run) -> Row:
    """Return a run as a row; its sentences are shortened until they fit."""
    kept = replace(run, warnings=fitting(run.warnings), acknowledged=fitting(run.acknowledged))
    address = {"PartitionKey": RUN, "RowKey": run_key(run.id)}
    return {**address, **FORM, "id": run.id, "state": state_column(run.finished_as), **text_columns("run", kept)}


def state_column(state: State | None) -> str:
    """Return the text by which listings filter: only an end is kept, every other state follows from the tally."""
    return state.value if state and state.is_final else ""


def run_of(row: ReadRow) -> Run:
    """Return the run in a row; raises one of BROKEN."""
    return with_decisions(read_row(row, "run", Run, first_form.run_of))


def readable_runs(found: Iterable[ReadRow]) -> tuple[Run, ...]:
    """Return the runs in rows; one that cannot be read is logged, and hides no other."""
    runs: list[Run] = []
    for row in found:
        try:
            runs.append(run_of(row))
        except BROKEN:
            log.failure("run_unreadable", run=row.get("id"))
    return tuple(runs)
