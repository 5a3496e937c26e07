"""A walk that stopped: take it up again, three times, and then end it with what it has planned."""

from dataclasses import replace

from revoker import log
from revoker.message import Queue, Turn
from revoker.respond.policy import Tools
from revoker.walk import Walk

MOST_RESUMED = 3


async def resume(walk: Walk, tools: Tools) -> None:
    """Send the next step's message again where it is overdue; twice at once is harmless, a step is taken once."""
    now = tools.clock.now()
    if now - walk.due_at <= tools.policy.heal_after:
        return
    if walk.healed >= MOST_RESUMED:
        await break_off(walk, "its messages were lost", tools)
        return
    moved = await tools.walks.update(
        walk.run, lambda row: replace(row, healed=row.healed + 1, due_at=now) if row.step == walk.step else row
    )
    log.event("walk_resumed", run=walk.run, step=moved.step, times=moved.healed)
    await tools.outbox.send(Queue.PLAN, Turn(moved.run, moved.step))


async def break_off(walk: Walk, why: str, tools: Tools) -> None:
    """End a walk early: what it planned goes on and is looked at, what it did not plan is said on the run."""
    now, stands = tools.clock.now(), await tools.walks.walk(walk.run)
    if stands is None or stands.step != walk.step:
        return  # another worker took the step after all
    log.failure("walk_broken_off", run=walk.run, step=walk.step, why=why)
    if walk.is_planning:
        lost = f"Not everybody is accounted for: the directory was not listed to its end ({why})."
        await tools.ledger.update_run(walk.run, lambda row: replace(row.warned(lost), incomplete=True))
    moved = await tools.walks.update(walk.run, lambda row: row.broken_off(now) if row == stands else row)
    if not moved.done:
        await tools.outbox.send(Queue.PLAN, Turn(moved.run, moved.step))
