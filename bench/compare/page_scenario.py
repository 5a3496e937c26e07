"""The section of one scenario: every contestant in a line, urgent users meanwhile, what a kill leaves. Pure."""

from collections.abc import Sequence

from .judgement import Row
from .scenario import Scenario
from .shown import HEADS, cells, in_order, title_of
from .table import Table, number, seconds
from .text import TEXT


def scenario_section(scenario: Scenario, rows: Sequence[Row]) -> str:
    """Return the tables of a scenario, and a line for each contestant that left a note."""
    shown = in_order(rows)
    parts = [f"## {scenario.title[0].upper()}{scenario.title[1:]}", _results(shown)]
    if scenario.urgent:
        parts.append(_waits(shown))
    if scenario.kill:
        parts += [_left(shown), TEXT["killed"].strip()]
    for row in shown:
        if row.note:
            parts.append(f"{title_of(row.contestant)}: {row.note}.")
    return "\n\n".join(parts)


def _results(rows: Sequence[Row]) -> str:
    table = Table(*HEADS)
    for row in rows:
        table.add(*cells(row))
    return table.text()


def _waits(rows: Sequence[Row]) -> str:
    table = Table("contestant", "five urgent users meanwhile: median", "longest")
    for row in rows:
        waits = sorted(row.waits)
        if waits:
            table.add(title_of(row.contestant), seconds(waits[len(waits) // 2]), seconds(waits[-1]))
    return table.text()


def _left(rows: Sequence[Row]) -> str:
    table = Table("contestant", "what is left after the kill", "revoked twice")
    for row in rows:
        table.add(title_of(row.contestant), row.left or "-", number(row.twice))
    return table.text()
