"""The revocations of named users that the directory has shown: a row a batch, the newest first.

A cooldown asks for the last minutes, so that its question is one query, however many users the request names. A row a
user would be twenty rows a batch: for 3,000 named users they took 28 % of the worker's time.
"""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from datetime import datetime

from revoker.adapters.tables.columns import BROKEN, FORM, ReadRow, text_columns, value_of
from revoker.adapters.tables.keys import REVOCATIONS, revocations_key, since_key
from revoker.adapters.tables.service import LedgerTables
from revoker.core.revocation import Revocation

# Five pages of the service. What came before them is not found, and spares no user.
_MOST_ROWS = 5_000
_SINCE = "PartitionKey eq @partition and RowKey lt @since"


class TableRevocations(LedgerTables):
    """The ledger's memory of revocations."""

    async def keep_revocations(self, run: str, users: Mapping[str, datetime]) -> None:
        """Write users of a batch as one row; the same users written again take the place of their own row."""
        key = revocations_key(max(users.values()), users)
        columns = text_columns("users", users)
        await self._ledger.upsert_entity({"PartitionKey": REVOCATIONS, "RowKey": key, **FORM, "run": run, **columns})

    async def revocations(self, users: Iterable[str], since: datetime) -> Mapping[str, Revocation]:
        """Return the last revocation since a moment of each user; a row that cannot be read spares no user."""
        wanted, found, number = set(users), dict[str, Revocation](), 0
        if not wanted:
            return found
        values = {"partition": REVOCATIONS, "since": since_key(since)}
        async for row in self._ledger.query_entities(_SINCE, parameters=values):
            number += 1
            if number > _MOST_ROWS or (wanted == found.keys() and _is_before(row, found)):
                break
            for user, one in _revocations(row).items():
                known = found.get(user)
                if user in wanted and one.at >= since and (known is None or one.at > known.at):
                    found[user] = one
        return found


def _is_before(row: ReadRow, found: Mapping[str, Revocation]) -> bool:
    """Whether all in a row is older than what was found: a row's key tells of its newest revocation alone."""
    return bool(row["RowKey"] > since_key(min(one.at for one in found.values())))


def _revocations(row: ReadRow) -> Mapping[str, Revocation]:
    found: dict[str, Revocation] = {}
    with suppress(*BROKEN):
        for user, at in value_of(row, "users", dict[str, datetime]).items():
            found[user] = Revocation(row["run"], at)
    return found
