"""A run's tallies, and the pace of all runs, as table rows and back."""

from revoker.adapters.tables import first_form
from revoker.adapters.tables.columns import FORM, ReadRow, Row, read_row, text_columns
from revoker.adapters.tables.keys import PACE
from revoker.core.pacing import Pace
from revoker.core.tally import Tally

WRITE = "write"


def tally_row(run: str, key: str, counted: Tally) -> Row:
    """Return a tally as a row."""
    return {"PartitionKey": run, "RowKey": key, **FORM, **text_columns("tally", counted)}


def tally_of(row: ReadRow) -> Tally:
    """Return the tally in a row; the scan's row has one too, of the users it planned."""
    return read_row(row, "tally", Tally, first_form.tally_of)


def pace_row(pace: Pace) -> Row:
    """Return the pace of writes as a row."""
    return {"PartitionKey": PACE, "RowKey": WRITE, **FORM, **text_columns("pace", pace)}


def pace_of(row: ReadRow) -> Pace:
    """Return the pace in a row."""
    return read_row(row, "pace", Pace, first_form.pace_of)
