"""The README's lines, and the panels of the first picture. Pure."""

from collections.abc import Iterable, Mapping
from typing import Any

from .contestant import CONTESTANTS
from .judgement import Row
from .results import row_of
from .scenario import SCENARIOS
from .shown import short, title_of
from .table import number, table

_BEGIN, _END = "<!-- benchmark: written by make bench ARGS=compare -->", "<!-- benchmark ends -->"
_SHOWN = ("revoker", "guidance", "sdk32", "batches", "playbook")

type Panel = tuple[str, list[tuple[float | None, str]]]


def readme_lines(results: Mapping[str, Any]) -> list[str]:
    """Return five lines, one a contestant, under two of heads.

    What the seconds buy stands beside them, also where it is not measured; other columns without a value are left out.
    """
    rows = _by_place(results)
    if not rows:
        return ["Nothing is measured yet."]
    found = []
    for name in _SHOWN:
        crowd, lost, killed, mixed = (rows.get((kind, name)) for kind in ("crowd", "faults", "kill", "mixed"))
        found.append(
            [
                title_of(name),
                short(crowd),
                *(_bought(crowd, column) for column in ("throttled", "missed", "twice", "read_back")),
                _bought(killed, "missed"),
                short(rows.get(("tenant", name))),
                _count(lost, "missed"),
                _count(killed, "twice"),
                _count(mixed, "protected_touched"),
            ]
        )
    heads = ["", "3,000 users", "429", "missed", "twice", "read back", "left after a kill"]
    heads += ["20,000 users, fast quota", "missed at 2 % faults", "twice after a kill", "protected"]
    told = [place for place in range(len(heads)) if any(line[place] != "-" for line in found)]
    lines = [[line[place] for place in told] for line in found]
    return table([heads[place] for place in told], lines).splitlines()


def with_lines(readme: str, lines: Iterable[str]) -> str:
    """Put lines between the marks of the README; raises ValueError where the marks are missing."""
    before, begin, rest = readme.partition(_BEGIN)
    _, end, after = rest.partition(_END)
    if not begin or not end:
        raise ValueError(f"the README lacks {_BEGIN} or {_END}")
    return f"{before}{_BEGIN}\n" + "\n".join(lines) + f"\n{_END}{after}"


def panels(results: Mapping[str, Any]) -> tuple[list[str], list[Panel]]:
    """Return the names and the panels of the picture."""
    rows = _by_place(results)
    names = [each.name for each in CONTESTANTS if any((scenario.name, each.name) in rows for scenario in SCENARIOS)]
    shown = (
        ("seconds, 3,000 users", "crowd", "seconds"),
        ("seconds, 20,000 users", "tenant", "seconds"),
        ("users missed, 2 % faults", "faults", "missed"),
        ("users revoked twice, killed", "kill", "twice"),
    )
    found: list[Panel] = []
    for heading, scenario, column in shown:
        found.append((heading, [_bar(rows.get((scenario, name)), column) for name in names]))
    return [title_of(name).replace("`", "") for name in names], found


def _by_place(results: Mapping[str, Any]) -> dict[tuple[str, str], Row]:
    return {(kept["scenario"], kept["contestant"]): row_of(kept) for kept in results.get("rows", [])}


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


def _bar(row: Row | None, column: str) -> tuple[float | None, str]:
    if row is None or row.cannot:
        return None, "not run"
    value = float(getattr(row, column) or 0)
    if column == "seconds":
        return value * row.factor, short(row)
    return value, number(value)
