"""How a sweep becomes a table row and back: what it asks for, packed, and its life."""

import json
import zlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict
from datetime import datetime
from itertools import batched, count, takewhile
from typing import Any

from revoker import log
from revoker.adapters.tables.rows import BROKEN, Row
from revoker.adapters.tables.sweep_spec_rows import packed, unpacked
from revoker.core.errors import InvalidError, UnreadableError
from revoker.core.request import Person
from revoker.core.run import State
from revoker.core.sweep import Sweep
from revoker.core.sweep_run import SweepRun

SWEEP = "sweep"
# A binary column holds 64 KiB, a row 1 MiB: sixteen columns leave its life the 64 KiB that a text may have.
_COLUMN, _MOST_BYTES = 60_000, 16 * 60_000
_BROKEN = (zlib.error, *BROKEN)


def new_row(sweep: Sweep) -> Row:
    """Return a new sweep as a row; raises InvalidError where no row holds what it asks for."""
    row = sweep_row(sweep)
    size = sum(map(len, _parts(row)))
    if size > _MOST_BYTES:
        path = "users" if sweep.spec.run.targets else "exclude.users"
        fits = f"packed these are {size:,} bytes, and a sweep holds {_MOST_BYTES:,}"
        raise InvalidError(
            "The sweep is too large to be kept.", [(path, f"{fits}: name them by object id, or make several sweeps")]
        )
    return row


def sweep_row(sweep: Sweep) -> Row:
    """Return a sweep as a row."""
    parts = batched(packed(sweep.spec), _COLUMN, strict=False)
    return {
        "PartitionKey": SWEEP,
        "RowKey": sweep.id,
        "life": json.dumps(_life(sweep), ensure_ascii=False),
        **{f"spec{number}": bytes(part) for number, part in enumerate(parts)},
    }


def sweep_of(row: Mapping[str, Any]) -> Sweep:
    """Return the sweep in a row; raises UnreadableError where there is none in it."""
    try:
        return _sweep(row)
    except _BROKEN as error:
        said = f"The row of sweep {row['RowKey']} cannot be read. Delete the sweep and create it anew."
        raise UnreadableError(said) from error


def readable(
    rows: Iterable[Mapping[str, Any]], read: Callable[[Mapping[str, Any]], Sweep] = sweep_of
) -> tuple[Sweep, ...]:
    """Return the sweeps in rows; one that nobody can read is told each time, and keeps no other from its tick."""
    return tuple(sweep for row in rows if (sweep := _told(row, read)))


def _told(row: Mapping[str, Any], read: Callable[[Mapping[str, Any]], Sweep]) -> Sweep | None:
    try:
        return read(row)
    except UnreadableError:
        log.failure("sweep_unreadable", sweep=row["RowKey"])
        return None


def _sweep(row: Mapping[str, Any]) -> Sweep:
    life = json.loads(row["life"])
    return Sweep(
        id=row["RowKey"],
        spec=unpacked(b"".join(_parts(row))),
        created_at=datetime.fromisoformat(life.pop("created_at")),
        next_tick=_time(life.pop("next_tick")),
        approval_until=_time(life.pop("approval_until")),
        approved_by=_person(life.pop("approved_by")),
        paused_by=_person(life.pop("paused_by")),
        runs=tuple(_ran(ran) for ran in life.pop("runs")),
        acknowledged=tuple(life.pop("acknowledged")),
        ended_at=_time(life.pop("ended_at")),
        **life,
    )


def _parts(row: Mapping[str, Any]) -> list[bytes]:
    """Return what is packed, however many columns it took."""
    return [row[name] for name in takewhile(row.__contains__, (f"spec{number}" for number in count()))]


def _life(sweep: Sweep) -> Row:
    fields = {name: value for name, value in asdict(sweep).items() if name not in {"id", "spec"}}
    fields["runs"] = [{name: _plain(value) for name, value in ran.items()} for ran in fields["runs"]]
    return {name: _plain(value) for name, value in fields.items()}


def _ran(stored: Row) -> SweepRun:
    times = {name: datetime.fromisoformat(stored[name]) for name in ("tick", "started_at")}
    return SweepRun(**stored | times | {"state": State(stored["state"]) if stored["state"] else None})


def _person(stored: Row | None) -> Person | None:
    return Person(**stored) if stored else None


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, datetime) else value


def _time(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
