"""A message died: say so in the ledger, keep what nobody understands, and let the run end."""

from revoker import log
from revoker.batch import Batch
from revoker.errors import PoisonError
from revoker.message import Queue, decode
from revoker.outcome import Outcome, User
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

    def given_up(batch: Batch) -> Batch:
        return batch.learn([_given_up(user) for user in batch.users if not user.is_final])

    def _given_up(user: User) -> User:
        outcome = Outcome.ABANDONED if user.is_waiting else Outcome.UNVERIFIED
        return user.settle(outcome, "message_died", now)

    try:
        await tools.ledger.update_batch(message.run, message.batch, given_up)
    except KeyError:
        await _keep(queue, body, "no such batch", tools)
        return
    log.failure("message_abandoned", queue=queue, run=message.run, batch=message.batch)
    await finish(message.run, tools)


async def _keep(queue: Queue, body: bytes, why: str, tools: Tools) -> None:
    await tools.ledger.keep_poison(queue, body, tools.clock.now())
    log.failure("message_abandoned", queue=queue, why=why, size=len(body))
