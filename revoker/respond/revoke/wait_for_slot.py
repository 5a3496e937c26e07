"""Wait for a batch's place in the quota: the last second here, anything longer on its queue."""

from datetime import timedelta

from revoker.core.batch import Batch
from revoker.core.message import Message
from revoker.core.request import Priority
from revoker.respond.policy import Tools
from revoker.respond.slots import dispatch, shifted_slot

_EARLY = timedelta(seconds=1)


async def in_turn(batch: Batch, message: Message, tools: Tools) -> Batch | None:
    """Return a batch once its place has come; one that has to wait longer is put back on its queue.

    A queue counts whole seconds and the quota does not, so the last one is waited out here; only then does a look at
    the pace show everything the place has to make way for.
    """
    while batch.waiting and (early := batch.due_at - tools.clock.now()) <= _EARLY:
        if early > timedelta(0):
            await tools.clock.sleep(early.total_seconds())
        placed = await _placed(batch, tools)
        if placed.due_at <= batch.due_at:
            return placed
        batch = placed
    if batch.waiting:
        await _put_back(batch, message, tools)
        return None
    return batch


async def _placed(batch: Batch, tools: Tools) -> Batch:
    """Return a batch of the bulk lane with its place as it is now; an urgent one has none."""
    return batch if batch.lane is Priority.URGENT else shifted_slot(batch, await tools.ledger.pace())


async def _put_back(batch: Batch, message: Message, tools: Tools) -> None:
    """Wait for the batch's turn; where it made way, the new turn is written down first."""
    batch = await tools.ledger.update_batch(batch.run, batch.id, lambda row: row.moved(batch))
    await dispatch(batch, tools, tools.clock.now(), message.attempt)
