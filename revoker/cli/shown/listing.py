"""A table of any length, laid out a page of rows at a time, so that the first stand there before the last. Pure.

Rich lays out a table whole, and takes 170 µs a row to do so: 17 s for a tenant's users. Here a row that fits, as nearly
all do, is one formatted line; rich breaks the others.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import batched, chain, zip_longest

_GAP = "  "
PAGE = 1000  # as many as the API's page of users, so that the first rows wait for no second page


@dataclass(frozen=True, slots=True)
class Row:
    """A user's texts, and the colour of their lines."""

    cells: Sequence[str]
    style: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """A line as it is written."""

    text: str
    style: str = ""


@dataclass(frozen=True, slots=True)
class Titles:
    """The names of the columns; the one at ``whole`` is never folded. They want ``room`` cells to be read well."""

    names: Sequence[str]
    whole: int
    room: int = 0


def listing(titles: Titles, rows: Iterable[Row], room: int) -> Iterator[list[Line]]:
    """Yield a table's lines a page at a time, none wider than ``room``; nothing without rows.

    A column is as wide as its widest text so far: it may grow from page to page, and what it held stays where it was.
    """
    widths, heading = natural([titles.names]), [Row(titles.names, "bold")]
    for page in batched(rows, PAGE):
        widths = list(map(max, widths, natural(row.cells for row in page)))
        columns = Columns(fitted(widths, room, titles.whole))
        yield [Line(text, row.style) for row in chain(heading, page) for text in columns.lines(row.cells)]
        heading = []


@dataclass(frozen=True, slots=True)
class Columns:
    """Columns of so many cells each."""

    widths: Sequence[int]

    def lines(self, row: Sequence[str]) -> Iterator[str]:
        """Yield the lines of a row: one, or as many as its longest folded text takes."""
        if all(map(_fits, row, self.widths)):
            yield self._line(row)
            return
        for cells in zip_longest(*map(pieces, row, self.widths), fillvalue=""):
            yield self._line(cells)

    def _line(self, cells: Iterable[str]) -> str:
        return _GAP.join(map(_padded, cells, self.widths)).rstrip()


def natural(rows: Iterable[Sequence[str]]) -> list[int]:
    """Return the width of the widest text of each column; there is at least one row."""
    return [max(map(cells_of, column)) for column in zip(*rows, strict=True)]


def fitted(widths: Sequence[int], room: int, whole: int) -> list[int]:
    """Return widths that fit into ``room`` cells; the column at ``whole`` keeps its own.

    Each other column gets an equal part of what is left, and what one does not need goes to the others: of 41 cells,
    texts of 12, 36 and 60 get 12, 14 and 15. A folded column has one cell at the least, however narrow the room.
    """
    left = room - len(_GAP) * (len(widths) - 1) - widths[whole]
    found = list(widths)
    others = sorted((place for place in range(len(widths)) if place != whole), key=lambda place: widths[place])
    for after, place in enumerate(others):
        found[place] = max(1, min(widths[place], left // (len(others) - after)))
        left -= found[place]
    return found


def cells_of(text: str) -> int:
    """Return how many cells of a terminal a text takes: a Chinese character takes two."""
    if text.isascii():
        return len(text)
    from rich.cells import cell_len  # noqa: PLC0415 - slow to import: --help needs none of it

    return cell_len(text)


def _fits(text: str, width: int) -> bool:
    return cells_of(text) <= width


def _padded(text: str, width: int) -> str:
    return text + " " * (width - cells_of(text))


def pieces(text: str, width: int) -> list[str]:
    """Return a text in pieces: prose breaks at spaces, a name or an id where the column ends."""
    if text.isascii() and " " not in text:
        return [text[start : start + width] for start in range(0, len(text), width)]
    from rich.console import Console  # noqa: PLC0415 - as above
    from rich.text import Text  # noqa: PLC0415 - as above

    return [line.plain.rstrip() for line in Text(text).wrap(Console(), width, overflow="fold")]
