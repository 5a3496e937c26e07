"""A sweep as a table row and back: packed, because it can name ten thousand users."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

import msgspec

from revoker import log
from revoker.adapters.tables import first_form
from revoker.adapters.tables.columns import BROKEN, FORM, ReadRow, Row, bytes_of, is_first_form
from revoker.adapters.tables.keys import SWEEP
from revoker.adapters.tables.packed import packed_columns, packed_json
from revoker.core.problems import InvalidError, UnreadableError
from revoker.core.request import Target
from revoker.core.sweep import Sweep

# A row holds 1 MiB (docs/graph-facts.md#tables). What is left below it is for the runs and failures that come later.
_MOST_BYTES = 960_000


@dataclass(frozen=True, slots=True)
class _Kept:
    """A sweep without the users that it asks for, and those users: a text each where their name follows from it."""

    sweep: Sweep
    users: tuple[str | Target, ...]


def new_row(sweep: Sweep) -> Row:
    """Return a new sweep as a row; raises InvalidError where no row holds what it asks for."""
    row = sweep_row(sweep)
    size = len(bytes_of(row, "sweep"))
    if size > _MOST_BYTES:
        path = "users" if sweep.spec.run.targets else "exclude.users"
        fits = f"packed these are {size:,} bytes, and a sweep holds {_MOST_BYTES:,}"
        advice = f"{fits}: name them by object id, or make several sweeps"
        raise InvalidError("The sweep is too large to be kept.", [(path, advice)])
    return row


def sweep_row(sweep: Sweep) -> Row:
    """Return a sweep as a row."""
    run = sweep.spec.run
    nameless = replace(sweep, spec=replace(sweep.spec, run=replace(run, targets=())))
    kept = _Kept(nameless, tuple(map(_short, run.targets)))
    return {"PartitionKey": SWEEP, "RowKey": sweep.id, **FORM, **packed_columns("sweep", kept)}


def sweep_of(row: ReadRow) -> Sweep:
    """Return the sweep in a row; raises UnreadableError where there is none in it."""
    try:
        if is_first_form(row):
            return first_form.sweep_of(row)
        return _sweep(row)
    except BROKEN as error:
        said = f"The row of sweep {row['RowKey']} cannot be read. Delete the sweep and create it anew."
        raise UnreadableError(said) from error


def readable(rows: Iterable[ReadRow], read: Callable[[ReadRow], Sweep] = sweep_of) -> tuple[Sweep, ...]:
    """Return the sweeps in rows; one that cannot be read is logged each time, and keeps no other from its tick."""
    sweeps: list[Sweep] = []
    for row in rows:
        try:
            sweeps.append(read(row))
        except UnreadableError:
            log.failure("sweep_unreadable", sweep=row["RowKey"])
    return tuple(sweeps)


def _sweep(row: ReadRow) -> Sweep:
    kept = msgspec.json.decode(packed_json(row, "sweep"), type=_Kept)
    spec = kept.sweep.spec
    return replace(kept.sweep, spec=replace(spec, run=replace(spec.run, targets=tuple(map(_long, kept.users)))))


def _short(target: Target) -> str | Target:
    """Return a user as given where the name follows: the same name twice, in other letters, hardly packs."""
    given = target.requested_as
    return given if target == _long(given) else target


def _long(kept: str | Target) -> Target:
    return kept if isinstance(kept, Target) else Target(requested_as=kept, name=kept.strip().lower())
