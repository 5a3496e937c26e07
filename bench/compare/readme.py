"""The README's lines. Pure."""

from collections.abc import Iterable, Mapping
from typing import Any

from .judgement import Row
from .results import rows_by_place
from .shown import count, read_back, short, title_of
from .table import Table

_BEGIN, _END = "<!-- benchmark: written by make bench ARGS=compare -->", "<!-- benchmark ends -->"
_SHOWN = ("revoker", "guidance", "sdk32", "batches", "playbook")
_HEADS = (
    *("", "3,000 users", "read back", "20,000 users", "429", "missed at 2 % faults", "guests called done"),
    *("protected revoked", "left after a kill", "twice after it"),
)


def readme_lines(results: Mapping[str, Any]) -> list[str]:
    """Return five lines, one a contestant, under two of heads.

    What the seconds buy stands beside them; a column in which nothing was measured is left out.
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
    crowd, day, killed = (rows.get((scenario, name)) for scenario in ("crowd", "day", "kill"))
    return (
        title_of(name),
        short(crowd),
        read_back(crowd),
        short(day),
        count(day, "throttled"),
        count(rows.get(("faults", name)), "missed"),
        count(rows.get(("mixed", name)), "guests_done"),
        count(rows.get(("mixed", name)), "protected_touched"),
        _left(killed),
        count(killed, "twice"),
    )


def _left(row: Row | None) -> str:
    """Return what is left after a kill without what comes of it: `its ledger; goes on …`."""
    if row is None or not row.left:
        return "-"
    return row.left.partition(";")[0]
