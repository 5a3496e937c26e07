"""A message died: say so in the ledger, keep what nobody understands, and let the run end."""

from revoker import log
from revoker.core.batch import Batch
from revoker.core.errors import PoisonError
from revoker.core.message import Queue, decode, decode_scan_step
from revoker.respond.finish import finish
from revoker.respond.policy import Tools
from revoker.respond.recover.resume import abort_scan


async def settle_poison(queue: Queue, body: bytes, tools: Tools) -> None:
    """Settle the users of a poison message, or keep the message whole when it names none."""
    try:
        run = await (_settle_scan_step(body, tools) if queue is Queue.PLAN else _settle_batch(queue, body, tools))
    except PoisonError as error:
        await tools.ledger.keep_poison(queue, body, tools.clock.now())
        log.failure("message_abandoned", queue=queue, why=str(error), size=len(body))
        return
    log.failure("message_abandoned", queue=queue, run=run)
    await finish(run, tools)


async def report_poison_queues(tools: Tools) -> None:
    """Say how many messages nobody could bury: a poison queue has none behind it, so there they stay (azure, 7)."""
    for queue, count in (await tools.outbox.dead()).items():
        if count:
            log.failure("poison_message_left", queue=queue, count=count)


async def _settle_batch(queue: Queue, body: bytes, tools: Tools) -> str:
    """Give up what the message was for; the rest of its batch has messages of its own, or healing."""
    message, now = decode(body), tools.clock.now()
    give_up = Batch.give_up_verifying if queue is Queue.VERIFY else Batch.abandon_waiting
    try:
        await tools.ledger.update_batch(message.run, message.batch, lambda row: give_up(row, "message_died", now))
    except KeyError:
        raise PoisonError(body, "no such batch") from None
    return message.run


async def _settle_scan_step(body: bytes, tools: Tools) -> str:
    message = decode_scan_step(body)
    scan = await tools.scans.scan(message.run)
    if scan is None or await tools.ledger.run(message.run) is None:
        raise PoisonError(body, "no such scan")
    if scan.step == message.step and not scan.done:
        await abort_scan(scan, "its message died", tools)
    return message.run
