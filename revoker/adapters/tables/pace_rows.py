"""The paces of the pool, which all runs share, as one table row and back."""

from revoker.adapters.tables import first_form
from revoker.adapters.tables.columns import FORM, ReadRow, Row, read_row, text_columns, value_of
from revoker.adapters.tables.keys import PACE
from revoker.core.pacing import Pace
from revoker.core.pool import UNNAMED, Paces

WRITE = "write"


def paces_row(paces: Paces) -> Row:
    """Return the paces of the pool as one row."""
    return {"PartitionKey": PACE, "RowKey": WRITE, **FORM, **text_columns("paces", paces)}


def paces_of(row: ReadRow) -> Paces:
    """Return the paces in a row; before there was a pool, the row had one pace, that of the only identity."""
    if "paces" in row:
        return value_of(row, "paces", Paces)
    return Paces(of={UNNAMED: read_row(row, "pace", Pace, first_form.pace_of)})
