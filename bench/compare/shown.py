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
    if row.factor > 1:
        return f"≈ {seconds(row.seconds * row.factor)}"
    return seconds(row.seconds)


def cells(row: Row) -> list[str]:
    """Return the cells of a row; of an extrapolated one, only what grows in proportion."""
    if row.cannot:
        return [title_of(row.contestant), row.cannot, *["-"] * (len(HEADS) - 2)]
    read_back = number(row.read_back) if row.read_back else "no"
    used = [f"{row.cpu * row.factor:,.1f} s", f"{row.megabytes:,.0f} MB"]
    if row.factor > 1:
        times = [short(row), "-", f"≈ {seconds((row.until_end or 0) * row.factor)}"]
        return [
            title_of(row.contestant),
            *times,
            f"≈ {number(row.requests * row.factor)}",
            *["-"] * 6,
            read_back,
            f"≈ {used[0]}",
            used[1],
        ]
    counts = (
        row.requests,
        row.throttled,
        row.missed,
        row.unreported,
        row.twice,
        row.protected_touched,
        row.guests_done,
    )
    return [
        title_of(row.contestant),
        short(row),
        percent(row.ratio),
        seconds(row.until_end),
        *map(number, counts),
        read_back,
        *used,
    ]
