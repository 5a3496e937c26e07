"""A message reached a poison queue: send it again at a moment of its own, or give up what it was for.

Poison proves nothing about the message itself. While the ledger was away for three minutes, every message in flight
was delivered five times in vain.
"""

from revoker import log
from revoker.core.errors import PoisonError
from revoker.core.message import Queue, decode, decode_scan_step
from revoker.ports.clock import Clock
from revoker.ports.ledger import Ledger
from revoker.ports.outbox import Outbox
from revoker.ports.scans import Scans
from revoker.respond.finish import finish
from revoker.respond.policy import Tools
from revoker.respond.recover.put_apart import put_apart, put_step_apart


async def settle_poison(queue: Queue, body: bytes, tools: Tools) -> None:
    """Send a poison message again or settle its users; one that names no batch or scan of ours is kept whole."""
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
    """See to the users that the message was for; other users of its batch have messages of their own, or healing."""
    message = decode(body)
    if await ledger.batch(message.run, message.batch) is None:
        raise PoisonError(body, "no such batch")
    if not await put_apart(queue, message, ledger, outbox, clock):
        await finish(message.run, ledger, clock.now())


async def _settle_scan_step(body: bytes, ledger: Ledger, scans: Scans, outbox: Outbox, clock: Clock) -> None:
    message = decode_scan_step(body)
    if await scans.scan(message.run) is None or await ledger.run(message.run) is None:
        raise PoisonError(body, "no such scan")
    if not await put_step_apart(message, ledger, scans, outbox, clock):
        await finish(message.run, ledger, clock.now())
