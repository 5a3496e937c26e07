"""What was typed before a question stood there."""

from contextlib import suppress
from typing import TextIO


def forget_typed(source: TextIO) -> None:
    """Drop it: typed during the listing, it answers nothing. Windows has no way to, and there it stays."""
    try:
        import termios  # noqa: PLC0415 - Windows has none
    except ImportError:
        return
    with suppress(OSError, termios.error):
        if source.isatty():
            termios.tcflush(source.fileno(), termios.TCIFLUSH)
