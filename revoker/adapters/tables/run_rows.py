"""A run as a table row and back; a row is written whole, so that a reader never sees half of one."""

from collections.abc import Iterable
from dataclasses import replace

from revoker import log
from revoker.adapters.tables import first_form
from revoker.adapters.tables.columns import BROKEN, FORM, ReadRow, Row, is_first_form, text_columns, value_of
from revoker.adapters.tables.fitting import fitting
from revoker.adapters.tables.keys import RUN, run_key
from revoker.core.run import Run


def run_row(run: Run) -> Row:
    """Return a run as a row; ``state`` is empty until it has ended, and is what listings filter by."""
    kept = replace(run, warnings=fitting(run.warnings), acknowledged=fitting(run.acknowledged))
    state = run.finished_as.value if run.finished_as else ""
    address = {"PartitionKey": RUN, "RowKey": run_key(run.id)}
    return {**address, **FORM, "id": run.id, "state": state, **text_columns("run", kept)}


def run_of(row: ReadRow) -> Run:
    """Return the run in a row; raises one of BROKEN."""
    return first_form.run_of(row) if is_first_form(row) else value_of(row, "run", Run)


def readable_runs(found: Iterable[ReadRow]) -> tuple[Run, ...]:
    """Return the runs in rows; one that cannot be read is logged, and hides no other."""
    runs: list[Run] = []
    for row in found:
        try:
            runs.append(run_of(row))
        except BROKEN:
            log.failure("run_unreadable", run=row.get("id"))
    return tuple(runs)
