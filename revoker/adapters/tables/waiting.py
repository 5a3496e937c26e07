"""A change that waits to be written, and what its caller is told."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from revoker.adapters.tables import table
from revoker.adapters.tables.grouping import Change


@dataclass(frozen=True, slots=True)
class Waiting:
    """A change, and whether it was written once that is known."""

    change: Change
    written: asyncio.Future[bool]

    @property
    def address(self) -> tuple[str, str]:
        """The batch, and the ETag under which it was read."""
        return self.change.after.id, table.etag_of(self.change.read)

    @property
    def is_written(self) -> bool:
        """Whether the change was written."""
        done = self.written.done() and not self.written.cancelled()
        return done and self.written.exception() is None and self.written.result()

    def tell(self, *, written: bool) -> None:
        """Answer the caller, unless it was cancelled."""
        if not self.written.done():
            self.written.set_result(written)

    def fail(self, error: Exception) -> None:
        """Raise in the caller, unless it was cancelled."""
        if not self.written.done():
            self.written.set_exception(error)


def refuse_stale(waiting: Sequence[Waiting], settled: Sequence[Waiting]) -> None:
    """Answer those at once that read a row which has just been replaced: the service would refuse each of them."""
    replaced = {one.address for one in settled if one.is_written}
    for one in waiting:
        if one.address in replaced:
            one.tell(written=False)
