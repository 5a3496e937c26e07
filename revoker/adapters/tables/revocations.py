"""The revocations of named users that the directory has shown: a row a batch, the newest first.

A cooldown asks for the last minutes, so that its question is one query, however many users the request names. A row a
user would be twenty rows a batch: for 3,000 named users they took a third of the worker's time.
"""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from datetime import datetime

from revoker.adapters.tables import table
from revoker.adapters.tables.columns import BROKEN, FORM, text_columns, value_of
from revoker.adapters.tables.keys import REVOCATIONS, revocations_key, since_key
from revoker.adapters.tables.service import LedgerTables
from revoker.core.revocation import Revocation

# Five pages of the service, some seconds. What came before them is not found, and spares no user.
_MOST_ROWS = 5_000
_SINCE = "PartitionKey eq @partition and RowKey lt @since"


class TableRevocations(LedgerTables):
    """The ledger's memory of revocations."""

    async def keep_revocations(self, run: str, batch: str, users: Mapping[str, datetime]) -> None:
        """Write users of a batch as one row; the same users written again take the place of their own row."""
        key = revocations_key(max(users.values()), batch, min(users))
        columns = text_columns("users", users)
        await self._ledger.upsert_entity({"PartitionKey": REVOCATIONS, "RowKey": key, **FORM, "run": run, **columns})

    async def revocations(self, users: Iterable[str], since: datetime) -> Mapping[str, Revocation]:
        """Return the last revocation since a moment of each user; a row that cannot be read spares no user."""
        wanted, found = set(users), dict[str, Revocation]()
        values = {"partition": REVOCATIONS, "since": since_key(since)}
        for row in await table.first(self._ledger, _SINCE, values, _MOST_ROWS):
            with suppress(*BROKEN):
                for user, at in value_of(row, "users", dict[str, datetime]).items():
                    if user in wanted and at >= since:
                        found.setdefault(user, Revocation(row["run"], at))
        return found
