"""One batch, later: look again whether the directory shows what Graph accepted."""

from revoker.errors import LostBatchError
from revoker.message import Message, Queue
from revoker.respond.finish import finish
from revoker.respond.policy import Tools
from revoker.respond.revoke import read_back


async def verify(message: Message, tools: Tools) -> None:
    """See to one message of the verify queue; ``attempt`` counts the checks, and the last one settles everybody."""
    batch = await tools.ledger.batch(message.run, message.batch)
    if batch is None:
        raise LostBatchError(f"batch {message.batch} of run {message.run}")
    delays = tools.policy.verify_delays
    last = message.attempt + 1 >= len(delays)
    learnt = await read_back(batch.unseen, batch, tools, last=last)
    batch = await tools.ledger.update_batch(batch.run, batch.id, lambda row: row.learn(learnt))
    if batch.unseen and not last:
        again = Message(batch.run, batch.id, message.attempt + 1)
        await tools.outbox.send(Queue.VERIFY, again, delays[again.attempt])
    if not batch.is_open:
        await finish(batch.run, tools)
