"""A run's scan through the directory as a table row and back."""

from dataclasses import replace

from revoker.adapters.tables import first_form
from revoker.adapters.tables.columns import FORM, ReadRow, Row, read_row, text_columns
from revoker.adapters.tables.keys import SCAN
from revoker.adapters.tables.tally_rows import tally_row
from revoker.core.scan import Scan


def scan_row(scan: Scan) -> Row:
    """Return a scan as a row that is a tally too: of the users as they were planned, and what is still to come."""
    coming = replace(scan.tally, planning=scan.is_planning, expected=scan.expected, last_due=scan.last_due)
    return {**tally_row(scan.run, SCAN, coming), **FORM, "step": scan.step, **text_columns("scan", scan)}


def scan_of(row: ReadRow) -> Scan:
    """Return the scan in a row; raises one of BROKEN."""
    return read_row(row, "scan", Scan, first_form.scan_of)
