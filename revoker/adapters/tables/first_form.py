"""Reads rows of the first form, which have no column ``v``: a column a field, in the words of then.

Nothing writes them any more. A row that is changed is written whole, in today's form; see ``columns``.
"""

import re
from itertools import count, takewhile
from typing import Any

import msgspec

from revoker.adapters.tables.columns import ReadRow, Row
from revoker.adapters.tables.packed import unpacked
from revoker.core.batch import Batch
from revoker.core.outcome import EXTERNAL_USER, User
from revoker.core.pacing import Pace
from revoker.core.run import Run
from revoker.core.scan import Scan
from revoker.core.sweep import Sweep
from revoker.core.tally import Tally

_RENAMED = {
    "displaced": "shifted",
    "guests": "include_guests",
    "held": "caller_deferred",
    "look": "check",
    "state": "finished_as",
    "stumble": "last_failure",
    "stumbles": "failed_attempts",
    "thumbprints": "compromised_thumbprints",
    "walks": "scans",
    "weighed": "approved_size",
}


def run_of(row: ReadRow) -> Run:
    """Return the run in a row."""
    fields = _fields(row)
    for name in ("scope", "incident", "acknowledged", "warnings", "approved_by"):
        if name in fields:
            fields[name] = _json(fields[name])
    if "approved_by" in fields:
        fields["approved_by"] = _person(*fields["approved_by"])
    fields["requested_by"] = _person(row["requestedById"], row["requestedByName"])
    return msgspec.convert(fields, Run)


def batch_of(row: ReadRow) -> Batch:
    """Return the batch in a row."""
    return msgspec.convert(_fields(row) | {"run": row["PartitionKey"], "users": _users(_json(row["users"]))}, Batch)


def settled_of(row: ReadRow) -> tuple[User, ...]:
    """Return the users of a page that needed nothing."""
    return msgspec.convert(_users(_packed(row, "settled")), tuple[User, ...])


def tally_of(row: ReadRow) -> Tally:
    """Return the tally in a row."""
    return msgspec.convert(_fields(row) | {"counts": _json(row["counts"])}, Tally)


def scan_of(row: ReadRow) -> Scan:
    """Return the scan in a row: its columns count the users planned, and ``walk`` is where it stands."""
    fields = _fields(_json(row["walk"]))
    sources = [{"kind": kind, "value": value} for kind, value in fields["sources"]]
    counted = _fields({name: row[name] for name in ("pending", "lastCalledAt")}) | {"counts": _json(row["counts"])}
    return msgspec.convert(fields | {"run": row["PartitionKey"], "sources": sources, "tally": counted}, Scan)


def pace_of(row: ReadRow) -> Pace:
    """Return the pace in a row."""
    return msgspec.convert(_fields(row), Pace)


def sweep_of(row: ReadRow) -> Sweep:
    """Return the sweep in a row: ``life`` tells how it went, and what it asks for is packed."""
    wish = _packed(row, "wish")
    life = _fields(_json(row["life"]))
    return msgspec.convert(life | {"id": row["RowKey"], "spec": wish | {"run": _request(wish["asked"])}}, Sweep)


def _request(asked: Row) -> Row:
    targets = [_target(user) for user in asked["users"]]
    return _fields(asked) | {"trigger": "schedule", "requested_by": _person(*asked["by"]), "targets": targets}


def _target(kept: str | list[str]) -> Row:
    given, name = (kept, kept.lower()) if isinstance(kept, str) else kept
    return {"requested_as": given, "name": name}


def _users(kept: list[Row]) -> list[Row]:
    """Return users with the reason for being external; before it was kept, only ``external`` was."""
    for user in kept:
        if user.pop("external", False):
            user["external_reason"] = EXTERNAL_USER
    return kept


def _person(person: str, name: str) -> Row:
    return {"id": person, "name": name}


def _fields(columns: ReadRow) -> Row:
    """Return columns by the names of today's fields; an empty text stood for a value that is not there."""
    fields: Row = {}
    for column, value in columns.items():
        name = re.sub("[A-Z]", lambda letter: f"_{letter[0].lower()}", column)
        if value != "":
            fields[_RENAMED.get(name, name)] = value
    return fields


def _packed(row: ReadRow, name: str) -> Any:  # noqa: ANN401 - whatever stands there
    columns = (f"{name}{number}" for number in count())
    return _json(unpacked(b"".join(row[column] for column in takewhile(row.__contains__, columns))))


def _json(text: str | bytes) -> Any:  # noqa: ANN401 - whatever stands there
    return msgspec.json.decode(text)
