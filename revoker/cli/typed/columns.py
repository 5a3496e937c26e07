"""Which column of a table names its users: found by its header or by what stands in it, or asked for."""

from collections.abc import Sequence
from dataclasses import dataclass

from revoker.cli.ending import UsageError
from revoker.cli.typed.names import is_upn, is_user_name

# Headers as the Entra portal, Graph, PowerShell and Defender's hunting tables write them (UserPrincipalName,
# "User principal name", AccountUpn, AccountObjectId), compared by letters alone. A mail address is none: it may differ
# from the UPN, and then another account would be signed out.
_UPN_HEADERS = ("userprincipalname", "upn", "accountupn", "initiatingprocessaccountupn", "username", "user")
_ID_HEADERS = ("objectid", "accountobjectid", "userid", "aaduserid", "entraobjectid", "azureadobjectid", "id")

type Cells = Sequence[str]


@dataclass(frozen=True, slots=True)
class Chosen:
    """The column that names users (None: every cell does), how many rows are headers, and what to say of it."""

    index: int | None
    skip: int = 0
    told: tuple[str, ...] = ()

    def of(self, cells: Cells) -> list[str]:
        """Return the names in a row; a row that is too short, or blank there, names no user."""
        if self.index is None:
            return [cell for cell in cells if cell]
        return [cells[self.index]] if self.index < len(cells) and cells[self.index] else []


def choose(file: str, table: Sequence[Cells], wanted: str | None = None) -> Chosen:
    """Return the column; ``wanted`` is a header or a number from 1. Raises UsageError, which shows the columns."""
    header = table[0]
    if wanted:
        return _wanted(file, header, wanted)
    known = _by_header(header)
    if known is not None:
        return Chosen(known, 1, (f"column {header[known]}",))
    if is_header(header) and len(header) > 1:
        raise UsageError(_which(file, header))
    return _by_content(file, table)


def is_header(cells: Cells) -> bool:
    """Tell whether a first row names columns rather than users."""
    return not any(is_user_name(cell) for cell in cells)


def _by_header(header: Cells) -> int | None:
    letters = [_letters(cell) for cell in header]
    for name in (*_UPN_HEADERS, *_ID_HEADERS):
        if name in letters:
            return letters.index(name)
    return None


def _by_content(file: str, table: Sequence[Cells]) -> Chosen:
    """Find the one column in which names stand: of a UPN and an object id the UPN, which people can read."""
    filled = {index for row in table for index, cell in enumerate(row) if cell}
    if len(filled) == 1:
        return Chosen(filled.pop())
    if len(table) == 1 and all(is_user_name(cell) for cell in table[0] if cell):
        return Chosen(None)  # a list on one line
    upns = [index for index in filled if _all(table, index, upn=True)]
    either = [index for index in filled if _all(table, index, upn=False)]
    candidates = upns or either
    if len(candidates) != 1:
        raise UsageError(_which(file, table[0]))
    return Chosen(candidates[0], 0, (f"column {candidates[0] + 1}",))


def _all(table: Sequence[Cells], index: int, *, upn: bool) -> bool:
    fits = is_upn if upn else is_user_name
    return all(index < len(row) and fits(row[index]) for row in table)


def _wanted(file: str, header: Cells, wanted: str) -> Chosen:
    letters = [_letters(cell) for cell in header]
    if _letters(wanted) in letters and is_header(header):
        return Chosen(letters.index(_letters(wanted)), 1, (f"column {wanted}",))
    if wanted.isdecimal() and 1 <= int(wanted) <= len(header):
        return Chosen(int(wanted) - 1, int(is_header(header)), (f"column {wanted}",))
    raise UsageError(f"--column {wanted}: {file} has no such column. {_which(file, header)}")


def _which(file: str, header: Cells) -> str:
    shown = ", ".join(f"{number} {cell or '(empty)'}" for number, cell in enumerate(header[:12], 1))
    more = f" and {len(header) - 12} more" if len(header) > 12 else ""
    return f"{file}: which column holds the users? Give --column NAME or NUMBER: {shown}{more}."


def _letters(text: str) -> str:
    return "".join(char for char in text.casefold() if char.isalnum())
