"""Users on a terminal that is too narrow for columns: each a block of lines instead of a row. Pure."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import batched

from revoker.cli.shown.listing import PAGE, Line, Row, cells_of, pieces

_GAP, _INDENT = "  ", "  "


def stacked(rows: Iterable[Row], room: int) -> Iterator[list[Line]]:
    """Yield the blocks a page at a time: name and outcome, and under them, indented, why and what to do.

    What is the same as for the user before is not said again: hundreds that a cancelled run left take a line each.
    """
    before: Sequence[str] = ()
    for page in batched(rows, PAGE):
        lines: list[Line] = []
        for row in page:
            _, *facts = row.cells
            lines += [Line(text, row.style) for text in _block(row.cells, room, again=facts == before)]
            before = facts
        yield lines


def _block(cells: Sequence[str], room: int, *, again: bool) -> Iterator[str]:
    name, outcome, *others = cells
    below = [] if again else [text for text in others if text]
    if cells_of(name) + len(_GAP) + cells_of(outcome) <= room:
        yield f"{name}{_GAP}{outcome}"
    else:
        yield from pieces(name, room)
        below.insert(0, outcome)
    for text in below:
        for piece in pieces(text, max(1, room - len(_INDENT))):
            yield f"{_INDENT}{piece}"
