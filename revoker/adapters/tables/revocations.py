"""The last revocation of each user by a run of named users: a row a user, so that a cooldown is one read a user."""

import asyncio
from collections.abc import Iterable, Mapping
from datetime import datetime
from itertools import batched

from revoker.adapters.tables import table
from revoker.adapters.tables.columns import FORM, ReadRow, Row
from revoker.adapters.tables.keys import REVOKED
from revoker.adapters.tables.service import LedgerTables
from revoker.core.revocation import Revocation

# Requests at once: the 200 users that a request looks up take some ten rounds.
_AT_ONCE = 20


class TableRevocations(LedgerTables):
    """The ledger's memory of revocations."""

    async def keep_revocations(self, run: str, users: Mapping[str, datetime]) -> None:
        """Write the rows of a batch in one transaction, over those of earlier runs."""
        address = {"PartitionKey": REVOKED, **FORM, "run": run}
        changes: list[tuple[str, Row]] = []
        for user, at in sorted(users.items()):
            row = {**address, "RowKey": user, "at": at.isoformat()}
            changes.append(("upsert", row))
        await self._ledger.submit_transaction(changes)

    async def revocations(self, users: Iterable[str]) -> Mapping[str, Revocation]:
        """Return the last revocation of each user that has one; a row of an unknown form spares no user."""
        found: dict[str, Revocation] = {}
        for some in batched(dict.fromkeys(users), _AT_ONCE, strict=False):
            rows = await asyncio.gather(*(table.get(self._ledger, REVOKED, user) for user in some))
            found |= {row["RowKey"]: _revocation(row) for row in rows if row and row.get("v") == FORM["v"]}
        return found


def _revocation(row: ReadRow) -> Revocation:
    return Revocation(row["run"], datetime.fromisoformat(row["at"]))
