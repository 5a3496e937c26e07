"""Markdown tables and numbers as a person reads them. Pure."""

import math
from collections.abc import Iterable


class Table:
    """A Markdown table, filled row by row; a bar inside a cell is written so that it stays inside."""

    def __init__(self, *heads: str) -> None:
        self._lines = [_line(heads), _line(["---"] * len(heads))]

    def add(self, *cells: str) -> None:
        """Add a row."""
        self._lines.append(_line(cells))

    def lines(self) -> list[str]:
        """Return the heads, the line below them, and a line for each row."""
        return self._lines

    def text(self) -> str:
        """Return the table."""
        return "\n".join(self._lines)


def _line(cells: Iterable[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def seconds(value: float | None) -> str:
    """Write a time with two or three digits that count: `0.17 s`, `4.9 s`, `42.3 s`, `310 s`."""
    if value is None:
        return "-"
    if math.isinf(value):
        return "never"
    if value < 1:
        return f"{value:.2f} s"
    if value < 100:
        return f"{value:.1f} s"
    return f"{value:,.0f} s"


def percent(value: float | None) -> str:
    """Write a ratio as per cent with one decimal, a dash where there is none."""
    return "-" if value is None else f"{100 * value:.1f} %"


def number(value: float) -> str:
    """Write a count with commas."""
    return f"{value:,.0f}"
