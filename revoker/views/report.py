"""The evidence of a run as text: JSON or CSV. Pure. The third form, the page, is `revoker.views.evidence`.

Users come in pages and leave as text, so that a large run is never held as objects.
"""

import json
from collections.abc import Iterable
from enum import StrEnum

from revoker.views import report_csv
from revoker.views.line import Line
from revoker.views.not_ended import not_ended

LIMITS = (
    "Access tokens issued before the revocation live their own life out: see residualAccessUntil. Guests' sessions can "
    "be ended by their home tenant only. Sessions kept by applications themselves are not touched."
)


class Format(StrEnum):
    """How evidence is written."""

    JSON = "json"
    CSV = "csv"
    HTML = "html"


MEDIA_TYPES = {Format.JSON: "application/json", Format.CSV: "text/csv", Format.HTML: "text/html"}
# Evidence may load, run, send and be framed by nothing. The page brings the same, and a place for its own style.
POLICY = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"


def head(form: Format, status: Line) -> str:
    """Return what comes before the users."""
    if form is Format.CSV:
        return report_csv.header()
    # The object stays open: the users follow as its last member.
    return json.dumps({**status, "limits": LIMITS, "notEnded": not_ended()})[:-1] + ', "users": ['


def body(form: Format, users: Iterable[Line], status: Line, *, first: bool) -> str:
    """Return a page of users; ``first`` says that no page came before it."""
    if form is Format.CSV:
        return report_csv.lines(users, status)
    lines = ",\n".join(json.dumps(user) for user in users)
    if first or not lines:
        return lines
    return ",\n" + lines


def tail(form: Format) -> str:
    """Return what comes after the users."""
    return "" if form is Format.CSV else "]}"
