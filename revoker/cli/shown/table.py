"""A table as a value: titles and rows; drawn without lines, so that it can be copied and searched."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.table import Table as Drawn


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under titles; columns named in ``right`` hold numbers, those in ``whole`` are never broken.

    Without titles it is a list of names and values.
    """

    titles: Sequence[str]
    rows: Sequence[Sequence[str]]
    right: frozenset[str] = frozenset()
    whole: frozenset[str] = frozenset()
    bare: bool = False

    def rendered(self, clean: Callable[[str], str]) -> "Drawn":
        """Return it as rich draws it; each cell passes through ``clean``."""
        from rich.table import Table as Drawn  # noqa: PLC0415 - slow to import: --help needs none of it
        from rich.text import Text  # noqa: PLC0415 - as above

        drawn = Drawn(box=None, pad_edge=False, padding=(0, 2, 0, 0), show_header=not self.bare, header_style="bold")
        for title in self.titles:
            drawn.add_column(title, no_wrap=title in self.whole, overflow="fold")
            if title in self.right:
                drawn.columns[-1].justify = "right"
        for row in self.rows:
            drawn.add_row(*[Text(clean(cell)) for cell in row])
        return drawn
