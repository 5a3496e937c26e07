"""A run's tallies, and the paces of the pool that all runs share, as table rows and back."""

from revoker.adapters.tables import first_form
from revoker.adapters.tables.columns import FORM, ReadRow, Row, read_row, text_columns, value_of
from revoker.adapters.tables.keys import PACE
from revoker.core.pacing import Pace
from revoker.core.pool import UNNAMED, Paces
from revoker.core.tally import Tally

WRITE = "write"


def tally_row(run: str, key: str, counted: Tally) -> Row:
    """Return a tally as a row."""
    return {"PartitionKey": run, "RowKey": key, **FORM, **text_columns("tally", counted)}


def tally_of(row: ReadRow) -> Tally:
    """Return the tally in a row; the scan's row has one too, of the users it planned."""
    return read_row(row, "tally", Tally, first_form.tally_of)


def paces_row(paces: Paces) -> Row:
    """Return the paces of the pool as one row."""
    return {"PartitionKey": PACE, "RowKey": WRITE, **FORM, **text_columns("paces", paces)}


def paces_of(row: ReadRow) -> Paces:
    """Return the paces in a row; before there was a pool, the row held one pace, that of the only identity."""
    if "paces" in row:
        return value_of(row, "paces", Paces)
    return Paces(of={UNNAMED: read_row(row, "pace", Pace, first_form.pace_of)})
