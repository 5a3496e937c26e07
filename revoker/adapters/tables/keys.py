"""Partition and row keys: where each row is.

Table ``ledger``: partition ``run`` holds the runs and, after them, the idempotency keys; ``sweep``, ``pace``,
``poison``, ``protected``, ``caller`` and ``revocations`` hold what they say. Table ``batches``: one partition a run,
with its batches, pages, tallies and scan.

A key never changes, whatever the form of the row: a row with two names would be written twice. So two keys still have
the words of the first form: `walk` is a scan, `marks` are fingerprints.
"""

import hashlib
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

RUN, SWEEP, PACE, POISON = "run", "sweep", "pace", "poison"
CALLER, PROTECTED, REVOCATIONS = "caller", "protected", "revocations"
# Milliseconds of the year 5138: more than any moment has, and so a moment's complement lists the newest first.
_LAST_MOMENT, _EPOCH = 10**14, datetime(1970, 1, 1, tzinfo=UTC)
CLAIM = "key-"  # sorted after every run's row key, which is hexadecimal
# Sorted before the sixteen tallies, so that a query for them reads it first: see respond.finish.
SCAN = "tally-!walk"

# The filter for a run's batch rows; ``@run`` is a parameter of the query.
BATCHES_OF_RUN = "PartitionKey eq @run and RowKey ge 'batch-' and RowKey lt 'batch.'"


def run_key(run: str) -> str:
    """Return the row key of a run: its id's complement, because tables list ascending and people read newest first."""
    return f"{(1 << 128) - 1 - int(run.replace('-', ''), 16):032x}"


def claim_key(key: str) -> str:
    """Return the row key of an idempotency key: its digest, for a row key may not hold every character."""
    return f"{CLAIM}{hashlib.sha256(key.encode()).hexdigest()}"


def caller_key(caller: str) -> str:
    """Return the row key of a caller: the digest of its object id, or of what else the platform calls it."""
    return hashlib.sha256(caller.encode()).hexdigest()


def batch_key(batch: str) -> str:
    """Return the row key of a batch."""
    return f"batch-{batch}"


def tally_key(batch: str) -> str:
    """Return the row key of the tally that counts a batch: one of sixteen, so that workers seldom meet."""
    return f"tally-{batch[0]}"


def page_key(name: str) -> str:
    """Return the row key of a page."""
    return f"page-{name}"


def names_key(name: str, number: str = "") -> str:
    """Return the row key of one row of a list of names, or the key that comes before all of them."""
    return f"names-{name}-{number}"


def fingerprints_key(name: str, number: str = "") -> str:
    """Return the row key of one row of a set of fingerprints, or the key that comes before all of them."""
    return f"marks-{name}-{number}"


def revocations_key(at: datetime, users: Iterable[str]) -> str:
    """Return the row key of revocations, of which the last was at a moment: newer ones come first."""
    # Of the 20 users of one call the directory may show 15 at once and 5 at the next check: two rows, which only their
    # users tell apart. Two workers with the same message may see 20 and 15: the 15 do not replace the 20.
    return f"{_complement(at)}-{hashlib.sha256(' '.join(sorted(users)).encode()).hexdigest()}"


def since_key(at: datetime) -> str:
    """Return the key that comes after those of all revocations since a moment, and before those of older ones."""
    return f"{_complement(at)}."


def _complement(at: datetime) -> str:
    return f"{_LAST_MOMENT - (at - _EPOCH) // timedelta(milliseconds=1):015d}"
