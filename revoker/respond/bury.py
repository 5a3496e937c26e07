"""A message died: say so in the ledger, keep what nobody understands, and let the run end."""

from revoker import log
from revoker.batch import Batch
from revoker.errors import PoisonError
from revoker.message import Queue, decode, decode_turn
from revoker.respond.finish import finish
from revoker.respond.policy import Tools
from revoker.respond.resume import break_off


async def bury(queue: Queue, body: bytes, tools: Tools) -> None:
    """Settle the users of a poison message, or keep the message whole when it names none."""
    try:
        run = await (_bury_turn(body, tools) if queue is Queue.PLAN else _bury_batch(queue, body, tools))
    except PoisonError as error:
        await tools.ledger.keep_poison(queue, body, tools.clock.now())
        log.failure("message_abandoned", queue=queue, why=str(error), size=len(body))
        return
    log.failure("message_abandoned", queue=queue, run=run)
    await finish(run, tools)


async def tell_unburied(tools: Tools) -> None:
    """Say how many messages nobody could bury: a poison queue has none behind it, so there they stay (azure, 7)."""
    for queue, count in (await tools.outbox.dead()).items():
        if count:
            log.failure("message_unburied", queue=queue, count=count)


async def _bury_batch(queue: Queue, body: bytes, tools: Tools) -> str:
    """Give up what the message was for; the rest of its batch has messages of its own, or healing."""
    message, now = decode(body), tools.clock.now()
    give_up = Batch.unlooked if queue is Queue.VERIFY else Batch.untried
    try:
        await tools.ledger.update_batch(message.run, message.batch, lambda row: give_up(row, "message_died", now))
    except KeyError:
        raise PoisonError(body, "no such batch") from None
    return message.run


async def _bury_turn(body: bytes, tools: Tools) -> str:
    message = decode_turn(body)
    walk = await tools.walks.walk(message.run)
    if walk is None or await tools.ledger.run(message.run) is None:
        raise PoisonError(body, "no such walk")
    if walk.step == message.step and not walk.done:
        await break_off(walk, "its message died", tools)
    return message.run
