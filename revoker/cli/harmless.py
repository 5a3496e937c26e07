"""What comes from the API, made harmless for a terminal: names are from the directory, and anyone may have chosen them.

Everything that the command shows of an answer passes here once, where the answer is read.
"""

import codecs
from typing import Any, Protocol

from revoker.cli.ending import UnreachableError


class Text(Protocol):
    """Where text goes."""

    def write(self, text: str, /) -> object:
        """Write it."""
        ...


def harmless(text: str) -> str:
    """Return text that cannot drive a terminal; its lines stay lines."""
    if text.isprintable():
        return text
    return "".join(char if char.isprintable() or char == "\n" else "?" for char in text.expandtabs(4))


def one_line(text: str) -> str:
    """Return harmless text in one line: no name of a user begins a line of its own."""
    if text.isprintable():
        return text
    return harmless(" ".join(text.split()))


class Answered(dict[str, Any]):
    """An object of an answer; raises UnreachableError for a field that must be there and is not."""

    def __missing__(self, name: str) -> Any:  # noqa: ANN401 - JSON
        raise UnreachableError(
            f"The answer has no {name!r}: this is no Revoker, or one of another version. Check the address (--api)."
        )


def harmless_json(value: Any) -> Any:  # noqa: ANN401 - JSON
    """Return a JSON value with every text in it, the names of fields too, in one harmless line."""
    if isinstance(value, str):
        return one_line(value)
    if isinstance(value, list):
        return [harmless_json(item) for item in value]
    if isinstance(value, dict):
        return Answered((one_line(name), harmless_json(item)) for name, item in value.items())
    return value


class TerminalBytes:
    """Writes bytes of UTF-8 to a terminal, as harmless text."""

    def __init__(self, terminal: Text) -> None:
        self._terminal = terminal
        self._last = "\n"
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")

    def write(self, piece: bytes) -> None:
        """Write a piece; one may end inside a character."""
        text = harmless(self._decoder.decode(piece).replace("\r", ""))
        self._last = text[-1:] or self._last
        self._terminal.write(text)

    def end(self) -> None:
        """End the last line: what is said next begins its own."""
        if self._last != "\n":
            self._terminal.write("\n")
