"""A run's evidence as one self-contained HTML page: nothing is loaded, nothing runs. Pure."""

import base64
import hashlib
from collections.abc import Iterable, Mapping
from html import escape

from revoker.views.line import COLUMNS, Line

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

_TITLES = {
    False: "Revocation of sign-in sessions: evidence (CISA CM0077)",
    True: "Dry run of a revocation: no user was touched (CISA CM0077)",
}


def head(status: Line, limits: str) -> str:
    """Return what comes before the users: title, what the run says of itself, the head of the table."""
    facts = "".join(f"<tr><th>{_cell(name)}</th><td>{_cell(value)}</td></tr>" for name, value in status.items())
    titles = "".join(f"<th>{name}</th>" for name in COLUMNS)
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Revoker: {_cell(status["runId"])}</title>'
        f"<style>{_STYLE}</style></head><body><h1>{_TITLES[status['dryRun'] is True]}</h1><p>{limits}</p>"
        f"<table>{facts}</table><table><thead><tr>{titles}</tr></thead><tbody>"
    )


def rows(users: Iterable[Line]) -> str:
    """Return a row a user."""
    written: list[str] = []
    for user in users:
        cells = "".join(f"<td>{_cell(user[name])}</td>" for name in COLUMNS)
        written.append(f"<tr>{cells}</tr>")
    return "".join(written)


def tail() -> str:
    """Return what comes after the users."""
    return "</tbody></table></body></html>"


def _cell(value: object) -> str:
    """Return a value as HTML, a line for each of its parts; parts that are empty are left out."""
    if isinstance(value, Mapping):
        parts = [f"{_cell(name)}: {_cell(part)}" for name, part in value.items() if part not in (None, [])]
        return "<br>".join(parts)
    if isinstance(value, list):
        return "<br>".join(map(_cell, value))
    if value is True:
        return "yes"
    if value is False:
        return "no"
    if value is None:
        return ""
    return escape(str(value))
