"""A file's text, whatever program saved it: UTF-8, UTF-16, or the Windows code page of Western Europe."""

import codecs
import sys
from dataclasses import dataclass
from pathlib import Path

from revoker.cli.ending import UsageError

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_WORKBOOK = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")  # .xlsx is a zip archive; .xls an OLE compound file


class NoTextError(UsageError):
    """A file is no text, whatever was to be read from it."""


@dataclass(frozen=True, slots=True)
class Text:
    """What a file holds, and in which encoding it was written."""

    text: str
    encoding: str


def read(file: str) -> Text:
    """Return a file's text, or standard input's for ``-``; raises UsageError."""
    try:
        return decode(file, _bytes(file))
    except FileNotFoundError:
        raise UsageError(f"{file} cannot be read: there is no such file{_where(file)}.") from None
    except IsADirectoryError:
        raise UsageError(f"{file} is a folder: name a file in it.") from None
    except OSError as error:
        raise UsageError(f"{file} cannot be read: {error.strerror}.") from None


def _bytes(file: str) -> bytes:
    if file != "-":
        return Path(file).read_bytes()
    if sys.stdin is None:
        raise UsageError("There is no standard input to read: name a file.")
    if sys.stdin.isatty():
        sys.stderr.write("Reading from this terminal: end with Ctrl-D on a line of its own.\n")
    return sys.stdin.buffer.read()


def _where(file: str) -> str:
    return "" if Path(file).is_absolute() else " in this folder"


def decode(file: str, data: bytes) -> Text:
    """Return the text of some bytes; raises UsageError for what is no text."""
    if data.startswith(_WORKBOOK):
        raise NoTextError(f"{file} is an Excel workbook: in Excel, save it as CSV UTF-8, and name that file.")
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return Text(_decoded(file, data, encoding), encoding.removesuffix("-sig").upper())
    # UTF-16 without a mark: half the bytes of Latin text are zero, which UTF-8 text never holds.
    if data[1::2].count(0) > len(data) // 4:
        return Text(_decoded(file, data, "utf-16-le"), "UTF-16")
    if b"\0" in data:
        raise NoTextError(f"{file} is no text: name a CSV file or a list with one user a line.")
    try:
        return Text(data.decode("utf-8"), "UTF-8")
    except UnicodeDecodeError:
        return Text(_decoded(file, data, "cp1252"), "Windows-1252")


def _decoded(file: str, data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        raise NoTextError(f"{file} is no text: name a CSV file or a list with one user a line.") from None
