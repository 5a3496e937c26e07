"""Which changes of a run's batches go together in one transaction. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

from revoker.adapters.tables.batch_rows import batch_row
from revoker.adapters.tables.columns import ReadRow, Row
from revoker.core.batch import Batch

# A transaction has at most a hundred rows (docs/graph-facts.md#tables), and there are sixteen tallies.
MOST_TOGETHER = 84
# Fifty batches of twenty users are some 350,000 characters. A transaction's own limit is 4 MiB.
MOST_CHARACTERS = 500_000


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Change:
    """A batch ``before`` and ``after``, the row that was ``read``, and the ``row`` to write."""

    before: Batch
    after: Batch
    read: ReadRow
    row: Row

    @classmethod
    def of(cls, before: Batch, after: Batch, read: ReadRow) -> Self:
        """Return the change of a batch that was read from a row."""
        return cls(before=before, after=after, read=read, row=batch_row(after))

    @property
    def characters(self) -> int:
        """The length of the row's text columns."""
        return sum(len(value) for value in self.row.values() if isinstance(value, str))


def together(waiting: Sequence[Change]) -> int:
    """Return how many of the waiting changes, from the first on, go into one transaction; at least one of any.

    They are at most 84 batches and 500,000 characters, and no batch twice.
    """
    batches: set[str] = set()
    characters = 0
    for number, change in enumerate(waiting[:MOST_TOGETHER]):
        characters += change.characters
        if number and (change.after.id in batches or characters > MOST_CHARACTERS):
            return number
        batches.add(change.after.id)
    return min(len(waiting), MOST_TOGETHER)
