"""A file of users: the portal's download, a spreadsheet's CSV, Defender's export, or a plain list."""

import csv
from collections.abc import Sequence
from dataclasses import dataclass

from revoker.cli.ending import UsageError
from revoker.cli.typed import columns, text_file
from revoker.cli.typed.names import clean, is_user_name, what_is
from revoker.cli.words import MOST_USERS, counted

_SEPARATORS = ",;\t|"
_SHOWN = 5
_SEPARATOR_NAMES = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}


@dataclass(frozen=True, slots=True)
class Row:
    """One row that is no comment: the number of its first line, counted from 1, and its cells, cleaned."""

    line: int
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class UsersFile:
    """The users a file names, each once in the file's order, and a sentence that says how it was read."""

    users: tuple[str, ...]
    told: str


def read(file: str, column: str | None = None) -> UsersFile:
    """Return the users of a file, or of standard input for ``-``; raises UsageError."""
    text = text_file.read(file)
    return parse(file, text.text, column, text.encoding)


def parse(file: str, text: str, column: str | None = None, encoding: str = "UTF-8") -> UsersFile:
    """Return the users in a text; raises UsageError, which names lines and values, or the columns to choose from."""
    separator = _separator(text)
    table = rows(text, separator)
    if not table:
        raise UsageError(f"{file} names no user: write one object id or UPN a line.")
    chosen = columns.choose(file, [row.cells for row in table], column)
    names = _names_in_column(file, table[chosen.skip :], chosen)
    users = _once(names)
    if len(users) > MOST_USERS:
        more = f"{file} names {len(users):,} users; one run takes {MOST_USERS:,}"
        raise UsageError(f"{more}. Split the file, or name a group of them with --group.")
    told = [f"{file}: {counted(len(users), 'user')}", *chosen.told]
    if len(table[0].cells) > 1:
        told.append(f"{_SEPARATOR_NAMES.get(separator, 'plain')}, {encoding}")
    if len(names) > len(users):
        told.append(f"{len(names) - len(users)} named twice")
    return UsersFile(users, " · ".join(told))


def _once(names: Sequence[str]) -> tuple[str, ...]:
    """Return each name once, as it stands first; case does not tell users apart."""
    first: dict[str, str] = {}
    for name in names:
        first.setdefault(name.lower(), name)
    return tuple(first.values())


def rows(text: str, separator: str) -> list[Row]:
    """Return the rows that hold anything; a line that begins with # is a comment."""
    lines = text.splitlines(keepends=True)
    # A quote that is not closed makes one cell of all that follows. The limit is the process's, so it is only raised.
    csv.field_size_limit(max(csv.field_size_limit(), len(text) + 1))
    reader = csv.reader(lines, delimiter=separator, skipinitialspace=True)
    found, before = [], 0
    for cells in reader:
        cleaned = tuple(clean(cell) for cell in cells)
        if any(cleaned) and not cleaned[0].startswith("#"):
            found.append(Row(before + 1, cleaned))
        before = reader.line_num
    return found


def _separator(text: str) -> str:
    """Return the separator of the first line that is no comment: the one that stands there most often."""
    for line in text.splitlines():
        if clean(line) and not clean(line).startswith("#"):
            return max(_SEPARATORS, key=line.count)
    return ","


def _names_in_column(file: str, table: Sequence[Row], chosen: columns.Chosen) -> list[str]:
    """Return the names in the chosen columns; raises UsageError by line and value."""
    found: list[str] = []
    wrong: list[str] = []
    for row in table:
        names = chosen.of(row.cells)
        found += [name for name in names if is_user_name(name)]
        wrong += [f"{file} line {row.line}: {what_is(name)}" for name in names if not is_user_name(name)]
    if wrong:
        more = [f"and {len(wrong) - _SHOWN} more lines like these"] * (len(wrong) > _SHOWN)
        raise UsageError("\n".join([*wrong[:_SHOWN], *more]))
    if not found:
        raise UsageError(f"{file} names no user: write one object id or UPN a line.")
    return found
