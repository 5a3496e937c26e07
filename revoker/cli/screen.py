"""The operator's terminal, or what stands in its place: results to one stream, progress and notices to the other."""

import shutil
from dataclasses import dataclass, field
from typing import TextIO


@dataclass(slots=True)
class Screen:
    """Writes lines; on a terminal, progress stays on one line, elsewhere a line is written when something moved."""

    source: TextIO
    out: TextIO
    err: TextIO
    _last: str = ""
    _open: int = field(default=0)

    def show(self, text: str) -> None:
        """Write a result."""
        self._close()
        self.out.write(f"{harmless(text)}\n")
        self.out.flush()

    def say(self, text: str) -> None:
        """Write a notice."""
        self._close()
        self.err.write(f"{harmless(text)}\n")
        self.err.flush()

    def progress(self, text: str) -> None:
        """Show where things stand."""
        text = harmless(text)
        if not self.err.isatty():
            if text != self._last:
                self.err.write(f"{text}\n")
        else:
            text = text[: shutil.get_terminal_size().columns - 1]
            self.err.write(f"\r{text:<{self._open}}")
            self._open = len(text)
        self._last = text
        self.err.flush()

    def ask(self, text: str) -> str:
        """Return the line that is typed; nothing where the input has ended."""
        self._close()
        self.err.write(harmless(text))
        self.err.flush()
        return self.source.readline().strip()

    @property
    def is_attended(self) -> bool:
        """Whether somebody can read a question and answer it."""
        return self.source.isatty() and self.err.isatty()

    def _close(self) -> None:
        if self._open:
            self.err.write("\n")
            self._open = 0


def harmless(text: str) -> str:
    """Return text that cannot drive a terminal: names come from the directory, and anybody may have chosen them."""
    return "".join(char if char.isprintable() or char == "\n" else "?" for char in text.expandtabs(4))
