"""A page of the directory as a table row and back: the users it showed, and what became of them.

A page row names every user on the page in sixteen bytes each, those in batches first: so a user is planned once however
often the directory lists them, and a later listing finds the batch that a user is in. Users that need nothing have no
batch; what there is to say about them is in the page's row, packed.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import batched, islice

import msgspec

from revoker.adapters.tables import first_form
from revoker.adapters.tables.columns import (
    BROKEN,
    FORM,
    ReadRow,
    Row,
    is_first_form,
    text_columns,
    value_of,
)
from revoker.adapters.tables.keys import fingerprints_key, names_key, page_key
from revoker.adapters.tables.packed import packed_columns, packed_json
from revoker.core.batch import Batch
from revoker.core.fingerprint import SIZE, fingerprint
from revoker.core.outcome import User
from revoker.core.problems import UnreadableError
from revoker.core.tally import tally

# 3,000 fingerprints are 48,000 bytes, and a binary column holds 64 KiB (docs/graph-facts.md#tables).
_FINGERPRINTS_IN_ROW = 3_000
# 500 names of 320 characters are 160,000 characters in ten columns, a third of the mebibyte that a row may have.
_NAMES_IN_ROW = 500


def page_row(run: str, name: str, batches: Sequence[Batch], settled: Sequence[User]) -> Row:
    """Return a page's row; ``settled`` are the users on it that need nothing."""
    members = bytearray()
    for batch in batches:
        members += _fingerprints(batch.users)
    members += _fingerprints(settled)
    return {
        "PartitionKey": run,
        "RowKey": page_key(name),
        **FORM,
        **text_columns("batches", [(batch.id, len(batch.users)) for batch in batches]),
        "members": bytes(members),
        **packed_columns("settled", settled),
        **{outcome.value: count for outcome, count in tally(settled).counts.items()},
    }


def settled_of(row: ReadRow) -> tuple[User, ...]:
    """Return the users of a page that needed nothing; raises UnreadableError for a row that another hand wrote."""
    try:
        if is_first_form(row):
            return first_form.settled_of(row)
        return msgspec.json.decode(packed_json(row, "settled"), type=tuple[User, ...])
    except BROKEN as error:
        said = f"The row {row['RowKey']} of run {row['PartitionKey']} cannot be read: this app did not write it so."
        raise UnreadableError(said) from error


def batches_of(row: ReadRow) -> tuple[str, ...]:
    """Return the ids of the batches planned from a page; both forms keep them alike."""
    return tuple(name for name, _ in _batches(row))


def members_of(row: ReadRow) -> Iterator[tuple[bytes, str | None]]:
    """Return every user on a page by fingerprint, with the id of the batch that the user is in, if any.

    Batches of 2 and 1 users beside members A, B, C, D: A and B are in the first, C in the second, D in none.
    """
    members = iter(split(row["members"]))
    for batch, size in _batches(row):
        for member in islice(members, size):
            yield member, batch
    for member in members:
        yield member, None


def fingerprint_rows(run: str, name: str, fingerprints: Iterable[bytes]) -> list[Row]:
    """Return a set of fingerprints as rows."""
    rows: list[Row] = []
    for number, chunk in enumerate(batched(sorted(fingerprints), _FINGERPRINTS_IN_ROW, strict=False)):
        address = {"PartitionKey": run, "RowKey": fingerprints_key(name, f"{number:05}")}
        rows.append({**address, **FORM, "members": b"".join(chunk)})
    return rows


def names_rows(run: str, name: str, names: Iterable[str]) -> list[Row]:
    """Return a list of names as rows."""
    rows: list[Row] = []
    for number, chunk in enumerate(batched(names, _NAMES_IN_ROW, strict=False)):
        rows.append(
            {"PartitionKey": run, "RowKey": names_key(name, f"{number:05}"), **FORM, **text_columns("names", chunk)}
        )
    return rows


def names_of(row: ReadRow) -> tuple[str, ...]:
    """Return the names in a row."""
    return value_of(row, "names", tuple[str, ...])


def split(members: bytes) -> list[bytes]:
    """Return the fingerprints in a column."""
    return [members[at : at + SIZE] for at in range(0, len(members), SIZE)]


def _batches(row: ReadRow) -> list[tuple[str, int]]:
    return value_of(row, "batches", list[tuple[str, int]])


def _fingerprints(users: Iterable[User]) -> bytes:
    return b"".join(fingerprint(user.id or user.user_principal_name or user.key) for user in users)
