"""How a run's scan through the directory becomes table rows and back: where it stands, and whom each page showed.

A page row names everybody on the page in sixteen bytes each, those in batches first: so a user is planned once however
often he is listed, and a later listing finds the batch that a user is in. Whoever needs nothing has no batch; what
there is to say about them is in the page's row, packed.
"""

import json
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from itertools import batched, islice
from typing import Any

from revoker.adapters.tables.rows import Row, counted_row, tally_of, users_of, users_text
from revoker.core.batch import Batch
from revoker.core.fingerprint import SIZE, fingerprint
from revoker.core.outcome import User
from revoker.core.request import Priority
from revoker.core.scan import Scan
from revoker.core.source import Kind, Source
from revoker.core.tally import tally

# Sorted before the shards, so that whoever reads the tallies sees it first: see respond.finish.
SCAN = "tally-!scan"
# A binary column holds 64 KiB; a batch is known by the twenty users of the page's list that are in it.
_COLUMN = 60_000
_FINGERPRINTS_IN_ROW = 3_000
_NOT_YET = {"planning": False, "expected": 0, "lastDue": ""}
_TIMES = ("due_at", "since", "last_due")


def scan_row(scan: Scan) -> Row:
    """Return a scan as a row that is a tally too: of the users as they were planned."""
    fields = {name: value for name, value in asdict(scan).items() if name not in {"tally", "sources", "run"}}
    fields |= {name: fields[name] and fields[name].isoformat() for name in _TIMES}
    fields["sources"] = [[source.kind, source.value] for source in scan.sources]
    return {
        "PartitionKey": scan.run,
        "RowKey": SCAN,
        "step": scan.step,
        "scan": json.dumps(fields, ensure_ascii=False),
        "planning": scan.is_planning,
        "expected": scan.expected,
        "lastDue": fields["last_due"] or "",
        **counted_row(scan.tally),
    }


def scan_of(row: Mapping[str, Any]) -> Scan:
    """Return the scan in a row."""
    fields = json.loads(row["scan"])
    fields |= {name: fields[name] and datetime.fromisoformat(fields[name]) for name in _TIMES}
    fields |= {"sources": tuple(Source(Kind(kind), value) for kind, value in fields["sources"])}
    fields |= {"lane": Priority(fields["lane"]), "run": row["PartitionKey"], "tally": tally_of({**row, **_NOT_YET})}
    return Scan(**fields)


def page_row(run: str, name: str, batches: Sequence[Batch], settled: Sequence[User]) -> Row:
    """Return a page's row; ``settled`` are the users on it who need nothing."""
    packed = zlib.compress(users_text(settled).encode())
    members = [_mark(user) for batch in batches for user in batch.users] + [_mark(user) for user in settled]
    return {
        "PartitionKey": run,
        "RowKey": f"page-{name}",
        "batches": json.dumps([[batch.id, len(batch.users)] for batch in batches]),
        "members": b"".join(members),
        **{f"settled{number}": bytes(part) for number, part in enumerate(batched(packed, _COLUMN, strict=False))},
        **{outcome.value: count for outcome, count in tally(settled).counts.items()},
    }


def settled_of(row: Mapping[str, Any]) -> tuple[User, ...]:
    """Return the users of a page who needed nothing."""
    parts = (row.get(f"settled{number}", b"") for number in range(16))
    return users_of({"users": zlib.decompress(b"".join(parts))})


def batches_of(row: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the ids of the batches planned from a page."""
    return tuple(name for name, _ in json.loads(row["batches"]))


def members_of(row: Mapping[str, Any]) -> Iterator[tuple[bytes, str | None]]:
    """Return everybody on a page by their fingerprint, with the batch they are in, if any."""
    members = iter(split(row["members"]))
    for batch, size in json.loads(row["batches"]):
        yield from ((member, batch) for member in islice(members, size))
    yield from ((member, None) for member in members)


def fingerprint_rows(run: str, name: str, fingerprints: Iterable[bytes]) -> list[Row]:
    """Return a set of fingerprints as rows."""
    chunks = batched(sorted(fingerprints), _FINGERPRINTS_IN_ROW, strict=False)
    return [
        {"PartitionKey": run, "RowKey": f"fingerprints-{name}-{number:05}", "members": b"".join(chunk)}
        for number, chunk in enumerate(chunks)
    ]


def split(members: bytes) -> list[bytes]:
    """Return the fingerprints in a column."""
    return [members[at : at + SIZE] for at in range(0, len(members), SIZE)]


def _mark(user: User) -> bytes:
    return fingerprint(user.id or user.user_principal_name or user.key)
