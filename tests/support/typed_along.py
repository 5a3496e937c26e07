"""The commands of a document, typed one after the other as its reader does, and what the document says they print."""

import io
import re
import shlex
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from textwrap import dedent

from support.desk import Terminal

from revoker.cli.__main__ import perform
from revoker.cli.shown.screen import Screen

_BLOCK = re.compile(r"^ *```(?:sh|console)\n(.*?)^ *```", re.DOTALL | re.MULTILINE)
_PROMPT, _NOT_SHOWN = "$ ", "…"
_ESCAPE = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
_MOMENT = r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d+)?Z"
_ID = r"[0-9a-f]{8}-[0-9a-f]{4}(?:-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})?"
# What differs from run to run, each with what stands for it; a number may be a count, a length or a time of day.
_CHANGING = (
    (_MOMENT, "MOMENT"),
    (_ID, "ID"),
    (r"\b[0-9a-f]{16,40}\b", "HEX"),
    (r"(?:\b[A-Z][a-z]{2} )?\d[\d,:.]*|\bsome seconds\b", "N"),  # how long a run takes, where that is short
    (r"API +http.*", "API"),
)


@dataclass(frozen=True)
class Line:
    """A line to type, and the lines that the document says are printed."""

    text: str
    printed: tuple[str, ...]


def lines(page: Path) -> Iterator[Line]:
    """Yield what a document tells to type, in its order."""
    for block in _BLOCK.findall(page.read_text(encoding="utf-8")):
        text = dedent(block).replace("\\\n", "")
        if _PROMPT not in text:
            yield from (Line(line, ()) for line in text.splitlines() if line)
            continue
        for part in text.split(f"\n{_PROMPT}"):
            typed, *printed = part.removeprefix(_PROMPT).splitlines()
            yield Line(typed, tuple(line for line in printed if line and line != _NOT_SHOWN))


def same(line: str) -> str:
    """Return a printed line with a word in the place of everything that differs from run to run."""
    for pattern, word in _CHANGING:
        line = re.sub(pattern, word, line)
    return line.strip()


def is_among(line: str, printed: list[str]) -> bool:
    """Return whether a line that a document shows was printed; an ellipsis stands for any text."""
    pieces = re.split(r"\.\.\.|\u2026", same(line))
    pattern = re.compile(".*".join(map(re.escape, pieces)))
    return any(pattern.fullmatch(same(one)) for one in printed)


class _Echo(Terminal):
    """A keyboard whose keys show on the screen."""

    def __init__(self, text: str, shown: io.StringIO) -> None:
        super().__init__(text)
        self._shown = shown

    def readline(self, _size: int | None = -1) -> str:
        """Return a line, and show it."""
        line = super().readline()
        self._shown.write(line)
        return line


@dataclass
class Reader:
    """A person at a terminal that types what a document says; ``ids`` are the real runs for the document's."""

    env: Mapping[str, str]
    ids: dict[str, str] = field(default_factory=dict)

    def types(self, line: Line) -> tuple[int, list[str]]:
        """Type a command, answer its question, and return its exit code and what it printed."""
        [_, *words] = shlex.split(line.text, comments=True)
        argv = [self._real(word) for word in words]
        if "--as" not in argv:
            argv = ["--as", "Sam" if "approve" in argv else "Rita", *argv]
        shown = Terminal()
        out = io.TextIOWrapper(io.BytesIO(), "utf-8", newline="\n")
        screen = Screen(_Echo("contoso.com\n", shown), out, shown)
        code = perform(argv, self.env, screen, pause=lambda seconds: time.sleep(min(seconds, 0.3)))
        out.flush()
        printed = _ESCAPE.sub("", shown.getvalue()) + out.buffer.getvalue().decode()  # type: ignore[attr-defined]
        self._learn(line, printed)
        return code, printed.splitlines()

    def _real(self, word: str) -> str:
        """Return a word with the real run for the document's, and a moment that has passed on any day."""
        for named, real in self.ids.items():
            word = word.replace(named, real)
        return re.sub(_MOMENT, f"{datetime.now(UTC) - timedelta(hours=1):%Y-%m-%dT%H:%M:%SZ}", word)

    def _learn(self, line: Line, printed: str) -> None:
        """Learn which run the document's id stands for: the first that both name."""
        told = [found for said in line.printed for found in re.findall(rf"(?<![\w-]){_ID}", said)]
        new = [one[:13] for one in told if one[:13] not in self.ids and one.startswith("01")]
        real = re.findall(rf"(?:Run|run) +({_ID})", printed)
        if new and real:
            self.ids[new[0]] = real[0][:13]
