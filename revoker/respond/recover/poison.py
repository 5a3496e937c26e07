"""A message died: say so in the ledger, keep a message that cannot be read, and let the run end."""

from datetime import datetime

from revoker import log
from revoker.core.batch import Batch
from revoker.core.errors import PoisonError
from revoker.core.message import Queue, decode, decode_scan_step
from revoker.ports.ledger import Ledger
from revoker.ports.outbox import Outbox
from revoker.ports.scans import Scans
from revoker.respond.finish import finish
from revoker.respond.policy import Tools
from revoker.respond.recover.resume import abort_scan


async def settle_poison(queue: Queue, body: bytes, tools: Tools) -> None:
    """Settle the users that a poison message was for, or keep the message whole where it names no batch or scan."""
    ledger, now = tools.ledger, tools.clock.now()
    try:
        if queue is Queue.PLAN:
            run = await _settle_scan_step(body, ledger, tools.scans, tools.outbox, now)
        else:
            run = await _settle_batch(queue, body, ledger, now)
    except PoisonError as error:
        await ledger.keep_poison(queue, body, now)
        log.failure("message_abandoned", queue=queue, why=str(error), size=len(body))
        return
    log.failure("message_abandoned", queue=queue, run=run)
    await finish(run, ledger, tools.clock.now())


async def report_poison_queues(outbox: Outbox) -> None:
    """Log the number of messages in each poison queue.

    A poison queue has no poison queue of its own: a message whose poison function failed too stays in it until a person
    deletes it (docs/graph-facts.md, Storage queues).
    """
    for queue, count in (await outbox.dead()).items():
        if count:
            log.failure("poison_message_left", queue=queue, count=count)


async def _settle_batch(queue: Queue, body: bytes, ledger: Ledger, now: datetime) -> str:
    """Give up the work that the message asked for; other users of its batch have messages of their own, or healing."""
    message = decode(body)
    give_up = Batch.abandon_waiting
    if queue is Queue.VERIFY:
        give_up = Batch.give_up_verifying
    try:
        await ledger.update_batch(message.run, message.batch, lambda row: give_up(row, "message_died", now))
    except KeyError:
        raise PoisonError(body, "no such batch") from None
    return message.run


async def _settle_scan_step(body: bytes, ledger: Ledger, scans: Scans, outbox: Outbox, now: datetime) -> str:
    message = decode_scan_step(body)
    scan = await scans.scan(message.run)
    if scan is None or await ledger.run(message.run) is None:
        raise PoisonError(body, "no such scan")
    if scan.step == message.step and not scan.done:
        await abort_scan(scan, "its message died", ledger, scans, outbox, now)
    return message.run
