"""A run's evidence as CSV: a line a user, safe to open in a spreadsheet. Pure."""

import csv
import io
import re
from collections.abc import Iterable

from revoker.views.line import COLUMNS, Line

# What a table of users cannot say by itself stands in each of its lines.
RUN_COLUMNS = ("runId", "state", "dryRun", "residualAccessUntil", "countermeasure", "techniques")

# A spreadsheet reads a cell that begins so as a formula (OWASP, CSV Injection; ASVS 1.2.10), in some languages also
# after the full-width form of the same character. Where lists are separated by another sign than a comma, a cell
# begins after that one.
_BEGINS = re.compile('(^|[;|])(?=[" ]*[=+\\-@\t\r\n\x00\uff1d\uff0b\uff0d\uff20])')


def header() -> str:
    """Return the line of column names."""
    return _written([(*COLUMNS, *RUN_COLUMNS)])


def lines(users: Iterable[Line], status: Line) -> str:
    """Return a line a user, each with what the run says of itself."""
    told = [_joined(status[name]) for name in RUN_COLUMNS]
    return _written([*(_harmless(user[name]) for name in COLUMNS), *told] for user in users)


def _written(rows: Iterable[Iterable[object]]) -> str:
    out = io.StringIO()
    csv.writer(out).writerows(rows)
    return out.getvalue()


def _joined(value: object) -> object:
    """Return a list as one cell."""
    if isinstance(value, list):
        return " ".join(value)
    return value


def _harmless(value: object) -> object:
    """Return a text that no spreadsheet takes for a formula: an apostrophe before it makes it text."""
    if isinstance(value, str):
        return _BEGINS.sub(r"\1'", value)
    return value
