"""What the caller of a commit learns, and which commits are known to be refused before the service is asked."""

import asyncio
from datetime import UTC, datetime

import pytest
from azure.data.tables import TableEntity

from revoker.adapters.tables.grouping import Change
from revoker.adapters.tables.pending_commit import PendingCommit, refuse_stale
from revoker.core.batch import Batch
from revoker.core.request import Priority

NOW = datetime(2026, 11, 25, tzinfo=UTC)


def a_commit(name: str, etag: str) -> PendingCommit:
    """Return a commit of a batch that was read under an ETag."""
    read = TableEntity()
    read._metadata = {"etag": etag}
    batch = Batch(run="r", id=name, lane=Priority.BULK, users=(), planned_for=NOW, due_at=NOW)
    return PendingCommit(Change.of(batch, batch, read), asyncio.get_running_loop().create_future())


@pytest.mark.parametrize("end", ["written", "refused", "failed", "cancelled", "pending"])
async def test_only_what_was_written_makes_others_stale(end: str) -> None:
    """A commit of the same row as it was read is refused at once; one of another batch or of a later row is not."""
    settled, waiting = a_commit("a", "1"), [a_commit("a", "1"), a_commit("a", "2"), a_commit("b", "1")]
    if end == "cancelled":
        settled.written.cancel()
    elif end == "failed":
        settled.fail(OSError())
    elif end != "pending":
        settled.tell(written=end == "written")
    refuse_stale(waiting, [settled])

    assert [end == "written", False, False] == [one.written.done() for one in waiting]
    if end == "written":
        assert not waiting[0].written.result()
    if end == "failed":
        assert isinstance(settled.written.exception(), OSError)


async def test_a_caller_that_was_cancelled_is_told_nothing() -> None:
    """Nor does it fail: the others of its transaction are still to be told."""
    gone = a_commit("a", "1")
    gone.written.cancel()
    gone.tell(written=True)
    gone.fail(OSError())

    assert gone.written.cancelled()
