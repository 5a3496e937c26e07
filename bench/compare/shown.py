"""How a contestant's row is shown: in the page's tables, in the README's lines, as a bar of the picture. Pure."""

from collections.abc import Iterable

from .contestant import CONTESTANTS
from .judgement import Row
from .table import number, percent, seconds

HEADS = (
    *("contestant", "time", "of the bound", "its own end", "requests", "429", "missed", "of them silent", "twice"),
    *("protected", "guests as done", "read back", "CPU", "memory"),
)


def title_of(name: str) -> str:
    """Return a contestant's title by its name."""
    return next(each.title for each in CONTESTANTS if each.name == name)


def in_order(rows: Iterable[Row]) -> list[Row]:
    """Return rows in the order of the contestants."""
    names = [each.name for each in CONTESTANTS]
    return sorted(rows, key=lambda row: names.index(row.contestant))


def short(row: Row | None) -> str:
    """Write a time alone, marked where it is extrapolated."""
    if row is None or row.seconds is None:
        return "-"
    return _about(row) + seconds(row.seconds * row.factor)


def count(row: Row | None, column: str) -> str:
    """Write a count, in proportion and marked so where fewer users were played; a dash where nothing was measured."""
    if row is None or row.cannot:
        return "-"
    return _about(row) + number(getattr(row, column) * row.factor)


def read_back(row: Row | None) -> str:
    """Write for how many users the contestant looked whether it worked."""
    if row is None or row.cannot or row.read_back:
        return count(row, "read_back")
    return "no"


def other_revisions(measured: Iterable[tuple[str, str]], newest: str) -> str:
    """Name what was measured at another revision than the last call's; each is a name with its revision."""
    others = [f"{name} at `{commit}`" for name, commit in measured if commit not in {"", newest}]
    if not others:
        return ""
    return f"Measured at another revision than the last call's: {', '.join(others)}."


def cells(row: Row) -> list[str]:
    """Return the cells of a row."""
    if row.cannot:
        return [title_of(row.contestant), row.cannot, *["-"] * (len(HEADS) - 2)]
    until_end = row.until_end or 0
    counts = ("requests", "throttled", "missed", "unreported", "twice", "protected_touched", "guests_done")
    return [
        title_of(row.contestant),
        _time(row),
        percent(row.ratio),
        _about(row) + seconds(until_end * row.factor),
        *(count(row, column) for column in counts),
        read_back(row),
        _cpu(row),
        f"{row.megabytes:,.0f} MB",
    ]


def _about(row: Row) -> str:
    return "≈ " if row.factor > 1 else ""


def _time(row: Row) -> str:
    if row.factor > 1:
        return f"{short(row)}, from {number(row.users / row.factor)}"
    return short(row)


def _cpu(row: Row) -> str:
    whole = f"{_about(row)}{row.cpu * row.factor:,.1f} s"
    if row.app_cpu:
        return f"{whole}, app {row.app_cpu * row.factor:,.1f} s"
    return whole
