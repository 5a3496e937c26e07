"""Do what a delivered message asks for at its first delivery, and put it apart at any later one."""

from revoker.core.message import Message, Queue, ScanStep
from revoker.respond.policy import Tools
from revoker.respond.protect import Protection
from revoker.respond.recover.put_apart import put_apart, put_step_apart
from revoker.respond.revoke.revoke_batch import revoke
from revoker.respond.revoke.verify_batch import verify
from revoker.respond.scan.take_step import take_step


async def deliver(queue: Queue, message: Message, deliveries: int, protection: Protection, tools: Tools) -> None:
    """Handle a message about a batch; ``deliveries`` counts from 1, as the queue service does."""
    if deliveries > 1 and await put_apart(queue, message, tools.ledger, tools.outbox, tools.clock):
        return
    if queue is Queue.VERIFY:
        await verify(message, protection, tools)
    else:
        await revoke(message, protection, tools)


async def deliver_step(message: ScanStep, deliveries: int, protection: Protection, tools: Tools) -> None:
    """Handle a message about a step of a scan; ``deliveries`` counts from 1."""
    if deliveries > 1 and await put_step_apart(message, tools.ledger, tools.scans, tools.outbox, tools.clock):
        return
    await take_step(message, protection, tools)
