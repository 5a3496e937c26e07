"""The panels of the first picture: what is drawn of each contestant, side by side. Pure."""

from collections.abc import Mapping
from typing import Any

from .contestant import CONTESTANTS
from .judgement import Row
from .results import rows_by_place
from .shown import count, short

type Panel = tuple[str, list[tuple[float | None, str]]]

_SHOWN = (  # heading, scenario, column
    ("seconds, 3,000 users", "crowd", "seconds"),
    ("seconds, 20,000 users", "day", "seconds"),
    ("429s, 20,000 users", "day", "throttled"),
    ("missed of 1,000, 2 % faults", "faults", "missed"),
    ("twice of 1,000, after a kill", "kill", "twice"),
)


def panels(results: Mapping[str, Any]) -> tuple[list[str], list[Panel]]:
    """Return the titles of the contestants that were measured, and the panels with a bar for each."""
    rows = rows_by_place(results)
    measured = {name for _, name in rows}
    names: list[str] = []
    titles: list[str] = []
    for each in CONTESTANTS:
        if each.name in measured:
            names.append(each.name)
            titles.append(each.title.replace("`", ""))
    found: list[Panel] = []
    for heading, scenario, column in _SHOWN:
        bars = [_bar(rows.get((scenario, name)), column) for name in names]
        found.append((heading, bars))
    return titles, found


def _bar(row: Row | None, column: str) -> tuple[float | None, str]:
    if row is None or row.cannot:
        return None, "not run"
    value = float(getattr(row, column) or 0)
    if column == "seconds":
        return value * row.factor, short(row)
    return value * row.factor, count(row, column)
