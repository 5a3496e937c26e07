"""The command on a pseudo-terminal of a given size: what is typed goes in, what an operator would see comes out."""

import fcntl
import os
import pty
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

import pyte

_LINES = 40


@dataclass
class Seen:
    """A terminal at work: the screen as it stands, every line that went by, and the process."""

    process: subprocess.Popen[bytes]
    master: int
    screen: pyte.HistoryScreen
    stream: pyte.ByteStream
    raw: bytearray = field(default_factory=bytearray)

    @property
    def lines(self) -> list[str]:
        """Return every line, those that have gone off the top too, without the empty ones at the end."""
        gone = ["".join(row[x].data for x in range(self.screen.columns)) for row in self.screen.history.top]
        return "\n".join(line.rstrip() for line in [*gone, *self.screen.display]).rstrip().split("\n")

    @property
    def text(self) -> str:
        """Return all lines as one text."""
        return "\n".join(self.lines)

    def until(self, text: str, seconds: float = 30) -> str:
        """Read until a text stands on the screen; raises AssertionError with what stands there instead."""
        end = time.monotonic() + seconds
        while text not in self.text:
            if not self._read(0.2) and (time.monotonic() > end or self.process.poll() is not None):
                self._read(0.2)
                assert text in self.text, f"{text!r} is not on the screen:\n{self.text}"
        return self.text

    def type(self, text: str) -> None:
        """Type some text; 0x03 is Ctrl-C."""
        os.write(self.master, text.encode())

    def end(self, seconds: float = 60) -> int:
        """Read to the command's end and return its exit code."""
        end = time.monotonic() + seconds
        while self.process.poll() is None and time.monotonic() < end:
            self._read(0.2)
        while self._read(0.1):
            pass
        return self.process.wait(1)

    def _read(self, seconds: float) -> bool:
        ready, _, _ = select.select([self.master], [], [], seconds)
        if not ready:
            return False
        try:
            data = os.read(self.master, 65536)
        except OSError:  # the other side has closed
            return False
        self.raw += data
        self.stream.feed(data)
        return bool(data)


@contextmanager
def terminal(*argv: str, columns: int, env: Mapping[str, str], lines: int = _LINES) -> Iterator[Seen]:
    """Run the command on a terminal of so many columns."""
    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))
    screen = pyte.HistoryScreen(columns, lines, history=2000, ratio=0.5)
    process = subprocess.Popen(
        [sys.executable, "-m", "revoker.cli", *argv],
        stdin=slave,
        stdout=slave,
        stderr=slave,
        env={**_environment(), "TERM": "xterm-256color", **env},
        close_fds=True,
        start_new_session=True,
        preexec_fn=_own_terminal,  # noqa: PLW1509 - no thread runs in a test that opens a terminal
    )
    os.close(slave)
    try:
        yield Seen(process, master, screen, pyte.ByteStream(screen))
    finally:
        if process.poll() is None:
            process.kill()
        process.wait()
        os.close(master)


def _own_terminal() -> None:
    """Make the terminal the process's own, so that Ctrl-C typed there reaches it, and is not ignored.

    A shell that runs the tests in the background ignores SIGINT, and every process below it inherits that.
    """
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def _environment() -> dict[str, str]:
    """Return this process's environment without a width: a parallel worker sets COLUMNS, which would hide ours."""
    return {name: value for name, value in os.environ.items() if name not in {"COLUMNS", "LINES"}}
