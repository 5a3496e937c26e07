"""The evidence of a run as text: JSON, CSV and one self-contained HTML page. Pure.

Users come in pages and leave as text, so that a large run is never held as objects.
"""

import base64
import csv
import hashlib
import io
import json
import re
from collections.abc import Iterable, Mapping
from enum import StrEnum
from html import escape

type Line = Mapping[str, object]

COLUMNS = (
    *("id", "userPrincipalName", "requestedAs", "outcome", "reason", "status"),
    *("requestId", "attempts", "settledAt", "sessionsValidFrom"),
)
# What a table of users cannot say by itself stands in each of its lines.
RUN_COLUMNS = ("runId", "state", "dryRun", "residualAccessUntil", "countermeasure", "techniques")
LIMITS = (
    "Access tokens issued before the revocation live their own life out: see residualAccessUntil. Guests' sessions can "
    "be ended by their home tenant only. Sessions kept by applications themselves are not touched."
)
_STYLE = (
    "body{font:14px/1.5 system-ui,sans-serif;margin:2rem;color:#1a1a1a}h1{font-size:1.4rem}"
    "table{border-collapse:collapse;margin:1rem 0}th,td{border:1px solid #ccc;padding:.2rem .6rem;text-align:left}"
    "th{background:#f3f3f3}td{overflow-wrap:anywhere}"
)
_STYLE_HASH = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
HEADERS = {
    "Content-Security-Policy": f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
}
# A spreadsheet reads a cell that begins so as a formula (OWASP, CSV Injection; ASVS 1.2.10), in some languages also
# after the full-width form of the same character.
# Where lists are separated by another sign than a comma, a cell begins after that one.
_BEGINS = re.compile('(^|[;|])(?=[" ]*[=+\\-@\t\r\n\x00\uff1d\uff0b\uff0d\uff20])')


class Format(StrEnum):
    """How evidence is written."""

    JSON = "json"
    CSV = "csv"
    HTML = "html"


MEDIA_TYPES = {Format.JSON: "application/json", Format.CSV: "text/csv", Format.HTML: "text/html"}


_TITLES = {
    False: "Revocation of sign-in sessions: evidence (CISA CM0077)",
    True: "Dry run of a revocation: nobody was touched (CISA CM0077)",
}


def head(form: Format, status: Line) -> str:
    """Return what comes before the users."""
    if form is Format.JSON:
        return json.dumps({**status, "limits": LIMITS})[:-1] + ', "users": ['
    if form is Format.CSV:
        return _csv([(*COLUMNS, *RUN_COLUMNS)])
    facts = "".join(f"<tr><th>{_cell(name)}</th><td>{_cell(value)}</td></tr>" for name, value in status.items())
    titles = "".join(f"<th>{name}</th>" for name in COLUMNS)
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Revoker: {_cell(status["runId"])}</title>'
        f"<style>{_STYLE}</style></head><body><h1>{_TITLES[status['dryRun'] is True]}</h1><p>{LIMITS}</p>"
        f"<table>{facts}</table><table><thead><tr>{titles}</tr></thead><tbody>"
    )


def body(form: Format, users: Iterable[Line], status: Line, *, first: bool) -> str:
    """Return a page of users; ``first`` says that none came before."""
    if form is Format.JSON:
        lines = ",\n".join(json.dumps(user) for user in users)
        return lines if first or not lines else ",\n" + lines
    if form is Format.CSV:
        told = [_plain(status[name]) for name in RUN_COLUMNS]
        return _csv([*(_harmless(user[name]) for name in COLUMNS), *told] for user in users)
    return "".join(f"<tr>{''.join(f'<td>{_cell(user[name])}</td>' for name in COLUMNS)}</tr>" for user in users)


def tail(form: Format) -> str:
    """Return what comes after the users."""
    return {Format.JSON: "]}", Format.CSV: "", Format.HTML: "</tbody></table></body></html>"}[form]


def _csv(lines: Iterable[Iterable[object]]) -> str:
    out = io.StringIO()
    csv.writer(out).writerows(lines)
    return out.getvalue()


def _plain(value: object) -> object:
    return " ".join(value) if isinstance(value, list) else value


def _harmless(value: object) -> object:
    return _BEGINS.sub(r"\1'", value) if isinstance(value, str) else value


def _cell(value: object) -> str:
    """Return a value as HTML: what has parts as a line for each of them, those left out that are empty."""
    if isinstance(value, Mapping):
        return "<br>".join(f"{_cell(name)}: {_cell(part)}" for name, part in value.items() if part not in (None, []))
    if isinstance(value, list):
        return "<br>".join(map(_cell, value))
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else escape(str(value))
