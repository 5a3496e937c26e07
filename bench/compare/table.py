"""Markdown tables and numbers as a person reads them. Pure."""

from collections.abc import Iterable, Sequence


def table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table; a bar inside a cell is written so that it stays inside."""
    lines = [_line(heads), _line(["---"] * len(heads))]
    lines += [_line(row) for row in rows]
    return "\n".join(lines)


def _line(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def seconds(value: float | None) -> str:
    """Write a time with two or three digits that count: `0.17 s`, `4.9 s`, `42.3 s`, `310 s`."""
    if value is None:
        return "-"
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
