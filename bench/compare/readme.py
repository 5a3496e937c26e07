"""The README's lines. Pure."""

from collections.abc import Iterable, Mapping
from typing import Any

from .judgement import Row
from .results import rows_by_place
from .shown import short, title_of
from .table import Table, number

_BEGIN, _END = "<!-- benchmark: written by make bench ARGS=compare -->", "<!-- benchmark ends -->"
_SHOWN = ("revoker", "guidance", "sdk32", "batches", "playbook")
_HEADS = (
    *("", "3,000 users", "429", "missed", "twice", "read back", "left after a kill"),
    *("20,000 users, fast quota", "missed at 2 % faults", "twice after a kill", "protected"),
)


def readme_lines(results: Mapping[str, Any]) -> list[str]:
    """Return five lines, one a contestant, under two of heads.

    What the seconds buy stands beside them, also where it is not measured; other columns without a value are left out.
    """
    rows = rows_by_place(results)
    if not rows:
        return ["Nothing is measured yet."]
    lines = [_cells(name, rows) for name in _SHOWN]
    columns = zip(_HEADS, *lines, strict=True)
    told = [column for column in columns if set(column[1:]) != {"-"}]
    heads, *shown = zip(*told, strict=True)
    table = Table(*heads)
    for line in shown:
        table.add(*line)
    return table.lines()


def with_lines(readme: str, lines: Iterable[str]) -> str:
    """Put lines between the marks of the README; raises ValueError where the marks are missing."""
    before, begin, rest = readme.partition(_BEGIN)
    _, end, after = rest.partition(_END)
    if not begin or not end:
        raise ValueError(f"the README lacks {_BEGIN} or {_END}")
    return f"{before}{_BEGIN}\n" + "\n".join(lines) + f"\n{_END}{after}"


def _cells(name: str, rows: Mapping[tuple[str, str], Row]) -> tuple[str, ...]:
    """Return a contestant's cell in each column of the heads."""
    crowd, killed = rows.get(("crowd", name)), rows.get(("kill", name))
    return (
        title_of(name),
        short(crowd),
        _bought(crowd, "throttled"),
        _bought(crowd, "missed"),
        _bought(crowd, "twice"),
        _bought(crowd, "read_back"),
        _bought(killed, "missed"),
        short(rows.get(("tenant", name))),
        _count(rows.get(("faults", name)), "missed"),
        _count(killed, "twice"),
        _count(rows.get(("mixed", name)), "protected_touched"),
    )


def _count(row: Row | None, column: str) -> str:
    if row is None or row.cannot:
        return "-"
    return number(getattr(row, column))


def _bought(row: Row | None, column: str) -> str:
    """Return a count of one row, as it was measured: a part of the users tells nothing of the others."""
    if row is None or row.cannot or (row.factor > 1 and column != "read_back"):
        return "not measured"
    if column == "read_back" and not row.read_back:
        return "no"
    return number(getattr(row, column))
