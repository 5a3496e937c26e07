"""A message died: say so in the ledger, keep what nobody understands, and let the run end."""

from revoker import log
from revoker.errors import PoisonError
from revoker.message import Queue, decode
from revoker.respond.finish import finish
from revoker.respond.policy import Tools


async def bury(queue: Queue, body: bytes, tools: Tools) -> None:
    """Settle the users of a poison message, or keep the message whole when it names none."""
    try:
        message = decode(body)
    except PoisonError as error:
        await _keep(queue, body, str(error), tools)
        return
    now = tools.clock.now()
    try:
        await tools.ledger.update_batch(message.run, message.batch, lambda row: row.given_up("message_died", now))
    except KeyError:
        await _keep(queue, body, "no such batch", tools)
        return
    log.failure("message_abandoned", queue=queue, run=message.run, batch=message.batch)
    await finish(message.run, tools)


async def _keep(queue: Queue, body: bytes, why: str, tools: Tools) -> None:
    await tools.ledger.keep_poison(queue, body, tools.clock.now())
    log.failure("message_abandoned", queue=queue, why=why, size=len(body))
