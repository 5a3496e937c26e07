"""A value as columns of a row: JSON text written by msgspec, cut where a column is full, and the form's version."""

from collections.abc import Callable, Iterator, Mapping
from itertools import count, takewhile
from typing import Any

import msgspec

type Row = dict[str, Any]
type ReadRow = Mapping[str, Any]

FORM = {"v": 2}
# What reading raises for a row that was damaged, or written by a version that this one does not know.
BROKEN = (ValueError, LookupError, TypeError, AttributeError, RecursionError)

# A column holds 64 KiB, text in UTF-16 (docs/graph-facts.md#tables): 16,000 characters take 64,000 bytes at most.
_CHARACTERS, _BYTES = 16_000, 60_000


def as_json(value: object) -> str:
    """Return a value as JSON; equal values give equal texts, as comparing rows asks for."""
    return msgspec.json.encode(value, order="deterministic").decode()


def text_columns(name: str, value: object) -> Row:
    """Return a value as columns ``name``, ``name1``, ``name2`` …; the second is needed from 16,000 characters on."""
    return _cut(name, as_json(value), _CHARACTERS)


def byte_columns(name: str, value: bytes) -> Row:
    """Return bytes as columns, likewise."""
    return _cut(name, value, _BYTES)


def value_of[V](row: ReadRow, name: str, kind: type[V]) -> V:
    """Return the value in the text columns of a name; raises one of BROKEN."""
    is_first_form(row)  # a form from the future may keep other things under the same name: it is not read
    return msgspec.json.decode("".join(_parts(row, name)), type=kind)


def read_row[V](row: ReadRow, name: str, kind: type[V], first_form: Callable[[ReadRow], V]) -> V:
    """Return the value in a row of either form; raises one of BROKEN."""
    if is_first_form(row):
        return first_form(row)
    return value_of(row, name, kind)


def bytes_of(row: ReadRow, name: str) -> bytes:
    """Return the bytes in the columns of a name."""
    return b"".join(_parts(row, name))


def is_first_form(row: ReadRow) -> bool:
    """Whether a row has the form of before versions were written; raises ValueError for a form from the future."""
    version = row.get("v")
    if version not in (None, FORM["v"]):
        raise ValueError(f"a row of form {version}")
    return version is None


def _cut(name: str, whole: str | bytes, size: int) -> Row:
    starts = range(0, len(whole), size)
    return {column: whole[start : start + size] for column, start in zip(_names(name), starts, strict=False)}


def _parts(row: ReadRow, name: str) -> Iterator[Any]:
    return (row[column] for column in takewhile(row.__contains__, _names(name)))


def _names(name: str) -> Iterator[str]:
    yield name
    yield from (f"{name}{number}" for number in count(1))
