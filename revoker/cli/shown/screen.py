"""The operator's terminal, or what stands in its place: results to one stream, progress and notices to the other."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, TextIO

from revoker.cli.harmless import harmless
from revoker.cli.shown.drawn import drawn
from revoker.cli.shown.listing import Line, Row, Titles, listing
from revoker.cli.shown.prose import wrapped
from revoker.cli.shown.stacked import stacked
from revoker.cli.shown.table import Table
from revoker.cli.shown.typed_ahead import forget_typed

if TYPE_CHECKING:
    from rich.console import Console

_UNBOUNDED = 10_000  # where no terminal is, a line is as long as it is: programs read it


@dataclass(slots=True)
class Screen:
    """Writes lines and tables; ``local`` shows times in this computer's zone instead of UTC.

    ``view`` shows progress: on a terminal in place, elsewhere a line when something has changed.
    """

    source: TextIO
    out: TextIO
    err: TextIO
    local: bool = False
    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    _said: str = ""
    _consoles: dict[int, "Console"] = field(default_factory=dict)

    def show(self, text: str, style: str = "") -> None:
        """Write a result."""
        self._line(self.out, text, style)

    def data(self, text: str) -> None:
        """Write a result for a program: no line of it is broken, however narrow the terminal is."""
        self.pages([[Line(text)]])

    def say(self, text: str, style: str = "") -> None:
        """Write a notice."""
        self._line(self.err, text, style)

    def table(self, table: Table, *, notice: bool = False) -> None:
        """Write a table, as wide as the terminal at most."""
        stream = self.err if notice else self.out
        for line in drawn(self._console(stream), table.rendered(harmless), whole=False).splitlines():
            stream.write(f"{line.rstrip()}\n")
        stream.flush()

    def listing(self, titles: Titles, rows: Iterable[Row]) -> bool:
        """Write users as they come, stacked where columns would not fit; return whether there were any."""
        if self.columns < titles.room:
            return self.pages(stacked(rows, self.columns))
        return self.pages(listing(titles, rows, self.columns))

    def pages(self, pages: Iterable[Iterable[Line]]) -> bool:
        """Write lines that are laid out already, each page as it comes; return whether there were any."""
        from rich.segment import Segment, Segments  # noqa: PLC0415 - slow to import: --help needs none of it
        from rich.style import Style  # noqa: PLC0415 - as above

        any_page = False
        for page in pages:
            pieces = [Segment(f"{harmless(line.text)}\n", Style.parse(line.style)) for line in page]
            self.out.write(drawn(self._console(self.out), Segments(pieces)))
            self.out.flush()
            any_page = True
        return any_page

    @contextmanager
    def view(
        self, lines: Callable[[], list[str]], *, quiet: bool = False, kept: bool = True
    ) -> Iterator[Callable[[str], None]]:
        """Show what ``lines`` returns while the block runs: each second on a terminal, elsewhere as it is told to.

        The block is given a function that writes one line for a log, where no terminal is. ``quiet``: nothing is shown;
        ``kept``: the last lines stay when the block ends.
        """
        if quiet:
            yield lambda _: None
            return
        if not self.err.isatty() or self._console(self.err).is_dumb_terminal:  # which cannot move its cursor
            yield self._log
            return
        from rich.live import Live  # noqa: PLC0415 - slow to import: most commands show no progress
        from rich.text import Text  # noqa: PLC0415 - as above

        def rendered() -> Text:
            return Text(harmless("\n".join(lines())), no_wrap=True, overflow="ellipsis")

        with Live(get_renderable=rendered, console=self._console(self.err), refresh_per_second=1, transient=not kept):
            yield lambda _: None

    def ask(self, text: str) -> str:
        """Return the line that is typed; nothing where the input has ended."""
        forget_typed(self.source)
        self.err.write(harmless(text))
        self.err.flush()
        return self.source.readline().strip()

    @property
    def is_attended(self) -> bool:
        """Whether a question can be read and answered."""
        return self.source.isatty() and self.err.isatty()

    @property
    def width(self) -> int:
        """How many columns progress may take."""
        return self._console(self.err).width

    @property
    def is_narrow(self) -> bool:
        """Whether a table of seven columns would not fit."""
        return self.columns < 120

    @property
    def columns(self) -> int:
        """How many columns results may take."""
        return self._console(self.out).width

    def _log(self, line: str) -> None:
        if line != self._said:
            self.say(line)
        self._said = line

    def _line(self, stream: TextIO, text: str, style: str) -> None:
        from rich.text import Text  # noqa: PLC0415 - slow to import: --help needs none of it

        for line in harmless(text).split("\n"):
            pieces = wrapped(line, self._console(stream).width) if stream.isatty() else [line]
            stream.write(drawn(self._console(stream), *(Text(f"{piece}\n", style=style) for piece in pieces)))
        stream.flush()

    def _console(self, stream: TextIO) -> "Console":
        from rich.console import Console  # noqa: PLC0415 - slow to import: --help needs none of it

        if id(stream) not in self._consoles:
            width = None if stream.isatty() else _UNBOUNDED
            self._consoles[id(stream)] = Console(
                file=stream, width=width, highlight=False, markup=False, emoji=False, legacy_windows=False
            )
        return self._consoles[id(stream)]
