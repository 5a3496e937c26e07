"""The object ids that entries of the protected list stood for: a row an entry, which is never removed."""

import hashlib
from collections.abc import Sequence
from datetime import datetime

from revoker import log
from revoker.adapters.tables import table
from revoker.adapters.tables.columns import BROKEN, FORM, ReadRow, Row, text_columns, value_of
from revoker.adapters.tables.keys import PROTECTED
from revoker.adapters.tables.service import LedgerTables
from revoker.core.problems import UnreadableError

# A name that stood for more accounts, each deleted before the next, is no longer remembered further.
_MOST_IDS = 20


class TableProtected(LedgerTables):
    """The ledger's memory of the protected list."""

    async def protected_ids(self) -> dict[str, tuple[str, ...]]:
        """Return the object ids of each entry.

        Raises UnreadableError for a row that cannot be read: without it a protected account may not be known as one.
        """
        found: dict[str, tuple[str, ...]] = {}
        for row in await table.first(self._ledger, "PartitionKey eq @protected", {"protected": PROTECTED}, None):
            try:
                found[row["entry"]] = _ids(row)
            except BROKEN as error:
                log.failure("protected_row_unreadable", row=row.get("RowKey"))
                said = f"What is remembered of the protected list cannot be read: row {row.get('RowKey')}."
                raise UnreadableError(said) from error
        return found

    async def remember_protected(self, entry: str, object_id: str, known: Sequence[str], at: datetime) -> None:
        """Add an object id to an entry's, unless another instance added one first: the name may have passed on."""
        row = _row(entry, (*known, object_id), at)
        if not known:
            await table.create(self._ledger, row)
            return
        kept = await table.get(self._ledger, PROTECTED, row["RowKey"])
        if kept is not None and _ids(kept) == tuple(known) and len(known) < _MOST_IDS:
            await table.swap(self._ledger, row, kept)


def _row(entry: str, ids: tuple[str, ...], at: datetime) -> Row:
    # A UPN may hold a number sign, which no row key may (docs/graph-facts.md#tables).
    name = hashlib.sha256(entry.encode()).hexdigest()
    address = {"PartitionKey": PROTECTED, "RowKey": name}
    return {**address, **FORM, "entry": entry, "changedAt": at.isoformat(), **text_columns("ids", ids)}


def _ids(row: ReadRow) -> tuple[str, ...]:
    return value_of(row, "ids", tuple[str, ...])
