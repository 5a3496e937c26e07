"""A run's users, some at a time, over the rows that hold them: batches, and pages whose users needed nothing."""

import re
from collections.abc import Iterator

from azure.data.tables.aio import TableClient

from revoker.adapters.tables.batch_rows import batch_of
from revoker.adapters.tables.columns import ReadRow
from revoker.adapters.tables.keys import page_key
from revoker.adapters.tables.page_rows import settled_of
from revoker.core.outcome import Outcome, User
from revoker.ports.page import Page

_CURSOR = re.compile(r"(?P<row>batch-[0-9a-f]{32}|page-[0-9a-z-]{1,20}):(?P<index>\d{1,5})")
_WITH_USERS = (
    "PartitionKey eq @run and RowKey ge @after and RowKey lt 'page.' and (RowKey lt 'batch.' or RowKey ge 'page-')"
)


async def users(table: TableClient, run: str, outcome: Outcome | None, limit: int, cursor: str | None) -> Page[User]:
    """Return a run's users; the cursor is a row key and the index of the next user in that row."""
    row_key, first = _position(cursor)
    query = _WITH_USERS
    if outcome:
        query += f" and {outcome.value} gt 0"
    page: list[User] = []
    async for row in table.query_entities(query, parameters={"run": run, "after": row_key}, results_per_page=100):
        for index, user in _users(row, outcome):
            if row["RowKey"] == row_key and index < first:  # returned with the page before
                continue
            if len(page) == limit:
                return Page(tuple(page), f"{row['RowKey']}:{index}")
            page.append(user)
    return Page(tuple(page), None)


def _position(cursor: str | None) -> tuple[str, int]:
    """Return where to go on; raises ValueError for a cursor that is not one of ours."""
    if not cursor:
        return "batch-", 0
    known = _CURSOR.fullmatch(cursor)
    if not known:
        raise ValueError(cursor)
    return known["row"], int(known["index"])


def _users(row: ReadRow, outcome: Outcome | None) -> Iterator[tuple[int, User]]:
    """Yield the users at an outcome, each with its index among all users of the row."""
    for index, user in enumerate(_all_users(row)):
        if outcome is None or user.outcome is outcome:
            yield index, user


def _all_users(row: ReadRow) -> tuple[User, ...]:
    if row["RowKey"].startswith(page_key("")):
        return settled_of(row)
    return batch_of(row).users
