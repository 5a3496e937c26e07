"""A tally as a table row and back."""

from revoker.adapters.tables import first_form
from revoker.adapters.tables.columns import FORM, ReadRow, Row, read_row, text_columns
from revoker.core.tally import Tally


def tally_row(run: str, key: str, counted: Tally) -> Row:
    """Return a tally as a row."""
    return {"PartitionKey": run, "RowKey": key, **FORM, **text_columns("tally", counted)}


def tally_of(row: ReadRow) -> Tally:
    """Return the tally in a row; the scan's row has one too, of the users it planned."""
    return read_row(row, "tally", Tally, first_form.tally_of)
