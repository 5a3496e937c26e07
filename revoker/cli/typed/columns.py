"""Which column of a table names its users: found by its header or by what stands in it, or asked for."""

from collections.abc import Callable, Iterable, Sequence
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
            return list(filter(None, cells))
        return list(filter(None, cells[self.index : self.index + 1]))


def choose(file: str, table: Sequence[Cells], wanted: str | None = None) -> Chosen:
    """Return the column; ``wanted`` is a header or a number from 1. Raises UsageError, which shows the columns."""
    header = table[0]
    if wanted:
        return _wanted(file, table, wanted)
    known = _by_header(header)
    if known is not None:
        _must_be_one(file, table, known)
        return Chosen(known, 1, (f"column {header[known]}",))
    if is_header(header) and len(header) > 1:
        raise UsageError(_which(file, header))
    return _by_content(file, table)


def is_header(cells: Cells) -> bool:
    """Tell whether a first row names columns rather than users."""
    return not any(map(is_user_name, cells))


def _by_header(header: Cells) -> int | None:
    letters = list(map(_letters, header))
    for name in (*_UPN_HEADERS, *_ID_HEADERS):
        if name in letters:
            return letters.index(name)
    return None


def _by_content(file: str, table: Sequence[Cells]) -> Chosen:
    """Find the one column in which names stand: of a UPN and an object id the UPN, which people can read."""
    filled: set[int] = set()
    for row in table:
        filled.update(index for index, cell in enumerate(row) if cell)
    if len(filled) == 1:
        return Chosen(filled.pop())
    if len(table) == 1 and all(map(is_user_name, filter(None, table[0]))):
        return Chosen(None)  # a list on one line
    candidates = _columns_of(table, filled, is_upn) or _columns_of(table, filled, is_user_name)
    if len(candidates) != 1:
        raise UsageError(_which(file, table[0]))
    return Chosen(candidates[0], 0, (f"column {candidates[0] + 1}",))


def _columns_of(table: Sequence[Cells], filled: Iterable[int], fits: Callable[[str], bool]) -> list[int]:
    """Return the columns in which every row has a cell that fits."""
    # A row that ends before the column has no name there: then the column is not the users' one.
    return [index for index in filled if all(index < len(row) and fits(row[index]) for row in table)]


def _must_be_one(file: str, table: Sequence[Cells], index: int) -> None:
    """Raise UsageError where another column has the same name and holds something else."""
    header = table[0]
    twins = [other for other, name in enumerate(header) if _letters(name) == _letters(header[index])]
    for row in table:
        if len({row[twin] for twin in twins if twin < len(row)} - {header[index]}) > 1:
            numbers = " and ".join(str(twin + 1) for twin in twins)
            raise UsageError(f"{file}: columns {numbers} are both called {header[index]}: give --column NUMBER.")


def _wanted(file: str, table: Sequence[Cells], wanted: str) -> Chosen:
    header = table[0]
    letters = list(map(_letters, header))
    if _letters(wanted) in letters and is_header(header):
        found = letters.index(_letters(wanted))
        _must_be_one(file, table, found)
        return Chosen(found, 1, (f"column {wanted}",))
    if wanted.isdecimal() and 1 <= int(wanted) <= len(header):
        return Chosen(int(wanted) - 1, int(is_header(header)), (f"column {wanted}",))
    raise UsageError(f"--column {wanted}: {file} has no such column. {_which(file, header)}")


def _which(file: str, header: Cells) -> str:
    shown = ", ".join(f"{number} {cell or '(empty)'}" for number, cell in enumerate(header[:12], 1))
    more = f" and {len(header) - 12} more" if len(header) > 12 else ""
    return f"{file}: which column holds the users? Give --column NAME or NUMBER: {shown}{more}."


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, text.casefold()))
