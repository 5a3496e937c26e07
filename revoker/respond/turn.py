"""One message of the plan queue: one step of a run's walk through the directory, then ask for the next."""

import asyncio
from datetime import timedelta

from revoker.errors import LostBatchError
from revoker.message import Queue, Turn
from revoker.respond.cancel import cancel_waiting
from revoker.respond.finish import finish
from revoker.respond.look import look
from revoker.respond.page import plan_step
from revoker.respond.policy import Tools
from revoker.respond.protect import Protection
from revoker.respond.slots import dispatch_all
from revoker.run import Run
from revoker.walk import Walk

_EARLY = timedelta(seconds=1)
# For a step that is taken here and now: its message is for whoever finds that this worker died.
_IN_CASE = timedelta(seconds=30)
_UNLISTED = "Cancelled while the directory was being listed: whoever was not listed yet is not in this report."


async def turn(message: Turn, protection: Protection, tools: Tools) -> None:
    """See to one message; a repeated one only makes sure that what its step planned was asked for."""
    run, walk = await asyncio.gather(tools.ledger.run(message.run), tools.walks.walk(message.run))
    if run is None or walk is None:
        raise LostBatchError(f"walk of run {message.run}")
    if run.finished_at or walk.done or run.awaits_approval:
        return
    if run.cancelled_at and await _stops(run, walk, tools):
        return
    if message.step != walk.step:
        await _catch_up(run, walk, message, tools)
    elif walk.due_at - tools.clock.now() > _EARLY:
        await ask(walk, tools)
    else:
        await _step(run, walk, protection, tools)


async def ask(walk: Walk, tools: Tools, *, within: timedelta = timedelta(0)) -> None:
    """Put the walk's next step on the queue, invisible until it is due."""
    delay = max(walk.due_at - tools.clock.now(), within)
    await tools.outbox.send(Queue.PLAN, Turn(walk.run, walk.step), delay)


async def _step(run: Run, walk: Walk, protection: Protection, tools: Tools) -> None:
    if walk.look:
        after = await look(run, walk, tools)
    else:
        after = await plan_step(run, walk, await protection.known(), tools)
    if after is None:
        return
    if after.done or after.look > walk.look > 0:
        await finish(run.id, tools, dry_run=run.dry_run)
    if after.done:
        return
    goes_on = after.step > walk.step and walk.source is not None and walk.source.is_dangerous
    await ask(after, tools, within=_IN_CASE if goes_on else timedelta(0))
    if goes_on:  # one wait less before the first page
        await _step(run, after, protection, tools)


async def _catch_up(run: Run, walk: Walk, message: Turn, tools: Tools) -> None:
    """Whoever took the step may have died before asking for it; older steps were followed by others, so were asked."""
    if message.step + 1 != walk.step:
        return
    planned = [await tools.ledger.batch(run.id, name) for name in await tools.walks.batches(run.id, walk.step)]
    if not run.dry_run:
        await dispatch_all([batch for batch in planned if batch], tools, tools.clock.now())
    await ask(walk, tools)


async def _stops(run: Run, walk: Walk, tools: Tools) -> bool:
    """Settle whoever waits, some a message; then go on, soon, to look what became of those whom Graph accepted."""
    if await cancel_waiting(run.id, tools):
        await tools.outbox.send(Queue.PLAN, Turn(walk.run, walk.step))
        return True
    if walk.is_planning:
        await tools.ledger.update_run(run.id, lambda row: row.warned(_UNLISTED))
    now = tools.clock.now()
    soon = now + tools.policy.verify_delays[0]
    if not walk.is_planning and walk.due_at <= soon:
        return False
    await ask(await tools.walks.update(run.id, lambda row: row.hastened(soon, now)), tools)
    await finish(run.id, tools)  # where nobody was accepted, there is nobody to look for
    return True
