"""Send a message from a poison queue again, after a random delay.

That a message is in a poison queue proves nothing about its batch. While the ledger is away for three minutes, every
message on the way is delivered five times in vain, and a principal that may write to the queues can put a message
there. So nothing is counted and no user is given up here. The ledger counts what the message does on its main queue
(``put_apart``), and healing ends what stays undone.
"""

import asyncio

from revoker import log
from revoker.core.errors import PoisonError
from revoker.core.message import Mail, Queue, decode, decode_scan_step
from revoker.ports.clock import Clock
from revoker.ports.ledger import Ledger
from revoker.ports.outbox import Outbox
from revoker.ports.scans import Scans
from revoker.respond.finish import finish
from revoker.respond.policy import Tools
from revoker.respond.recover.put_apart import WIDEST, is_untouchable, left_for


async def settle_poison(queue: Queue, body: bytes, tools: Tools) -> None:
    """Send a poison message again; one that names no batch or scan of ours is kept whole."""
    ledger, outbox, clock = tools.ledger, tools.outbox, tools.clock
    try:
        if queue is Queue.PLAN:
            await _settle_scan_step(body, ledger, tools.scans, outbox, clock)
        else:
            await _settle_batch(queue, body, ledger, outbox, clock)
    except PoisonError as error:
        await ledger.keep_poison(queue, body, clock.now())
        log.failure("message_abandoned", queue=queue, why=str(error), size=len(body))


async def report_poison_queues(outbox: Outbox) -> None:
    """Log the number of messages in each poison queue.

    A poison queue has no poison queue of its own: a message stays in it when its poison function failed too, until a
    person deletes it (docs/graph-facts.md#queues-and-the-host).
    """
    for queue, count in (await outbox.dead()).items():
        if count:
            log.failure("poison_message_left", queue=queue, count=count)


async def _settle_batch(queue: Queue, body: bytes, ledger: Ledger, outbox: Outbox, clock: Clock) -> None:
    message = decode(body)
    batch, run = await asyncio.gather(ledger.batch(message.run, message.batch), ledger.run(message.run))
    if batch is None or run is None:
        raise PoisonError(body, "no such batch")
    if is_untouchable(run):
        log.failure("poison_refused", queue=queue, run=run.id)
    elif left_for(batch, queue):
        await _send_again(queue, message, outbox, clock)
    else:
        await finish(run.id, ledger, clock.now())


async def _settle_scan_step(body: bytes, ledger: Ledger, scans: Scans, outbox: Outbox, clock: Clock) -> None:
    message = decode_scan_step(body)
    scan, run = await asyncio.gather(scans.scan(message.run), ledger.run(message.run))
    if scan is None or run is None:
        raise PoisonError(body, "no such scan")
    if run.awaits_approval:
        log.failure("poison_refused", queue=Queue.PLAN, run=run.id)
    elif scan.done:
        await finish(run.id, ledger, clock.now(), dry_run=run.dry_run)
    else:
        await _send_again(Queue.PLAN, message, outbox, clock)


async def _send_again(queue: Queue, message: Mail, outbox: Outbox, clock: Clock) -> None:
    log.event("poison_sent_again", queue=queue, run=message.run)
    await outbox.send(queue, message, WIDEST * clock.jitter())
