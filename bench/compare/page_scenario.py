"""The section of one scenario: every contestant in a line, urgent users meanwhile, what a kill leaves. Pure."""

import statistics
from collections.abc import Sequence

from .judgement import Row
from .scenario import Scenario
from .shown import HEADS, cells, in_order, other_revisions, title_of
from .table import Table, number, seconds
from .text import TEXT


def scenario_section(scenario: Scenario, rows: Sequence[Row], newest: str) -> str:
    """Return the tables of a scenario, and a line for each contestant that left a note.

    `newest` is the last call's revision: what was measured at another one is named.
    """
    shown = in_order(rows)
    parts = [f"## {scenario.title[0].upper()}{scenario.title[1:]}", TEXT.get(scenario.name, "").strip()]
    parts.append(_results(shown))
    if scenario.urgent:
        parts.append(_waits(shown))
    if scenario.kill:
        parts += [_left(shown), TEXT["killed"].strip()]
    for row in shown:
        if row.note:
            parts.append(f"{title_of(row.contestant)}: {row.note}.")
    parts.append(_smaller(scenario, shown))
    parts.append(other_revisions([(title_of(row.contestant), row.commit) for row in shown], newest))
    return "\n\n".join(part for part in parts if part)


def _smaller(scenario: Scenario, rows: Sequence[Row]) -> str:
    """Name the rows that `--users` played with fewer users than the title says."""
    smaller = [f"{title_of(row.contestant)} with {number(row.users)}" for row in rows if row.users < scenario.size]
    if not smaller:
        return ""
    return f"Played with fewer users than the title says: {', '.join(smaller)}."


def _results(rows: Sequence[Row]) -> str:
    table = Table(*HEADS)
    for row in rows:
        table.add(*cells(row))
    return table.text()


def _waits(rows: Sequence[Row]) -> str:
    table = Table("contestant", "urgent users meanwhile", "median", "longest")
    for row in rows:
        if row.waits:
            median, longest = statistics.median(row.waits), max(row.waits)
            table.add(title_of(row.contestant), number(len(row.waits)), seconds(median), seconds(longest))
    return table.text()


def _left(rows: Sequence[Row]) -> str:
    table = Table("contestant", "revoked when it died", "what is left after the kill", "revoked twice")
    for row in rows:
        died = number(row.at_kill) if row.at_kill else "-"
        table.add(title_of(row.contestant), died, row.left or "-", number(row.twice))
    return table.text()
