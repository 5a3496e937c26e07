"""A commit that waits for its transaction, and how its caller learns the result."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from revoker.adapters.tables import table
from revoker.adapters.tables.grouping import Change


@dataclass(frozen=True, slots=True)
class PendingCommit:
    """A change, and the future result: whether it was written."""

    change: Change
    written: asyncio.Future[bool]

    @property
    def address(self) -> tuple[str, str]:
        """The batch, and the ETag of the row that was read."""
        return self.change.after.id, table.etag_of(self.change.read)

    @property
    def is_written(self) -> bool:
        """Whether the change was written."""
        done = self.written.done() and not self.written.cancelled()
        return done and self.written.exception() is None and self.written.result()

    def tell(self, *, written: bool) -> None:
        """Return the result to the caller, unless it was cancelled."""
        if not self.written.done():
            self.written.set_result(written)

    def fail(self, error: Exception) -> None:
        """Raise in the caller, unless it was cancelled."""
        if not self.written.done():
            self.written.set_exception(error)


def refuse_stale(waiting: Sequence[PendingCommit], settled: Sequence[PendingCommit]) -> None:
    """Refuse the waiting commits of rows that were just replaced, as the service would: their callers read anew."""
    replaced = {one.address for one in settled if one.is_written}
    for one in waiting:
        if one.address in replaced:
            one.tell(written=False)
