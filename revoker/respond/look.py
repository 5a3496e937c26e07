"""Look what shows of a run in the directory, page by page where that is cheaper than batch by batch."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime, timedelta

from revoker import log
from revoker.answer import Answer, after_sighting
from revoker.batch import Batch
from revoker.mark import mark
from revoker.message import Message, Queue
from revoker.ports import Page
from revoker.respond.cancel import EVER
from revoker.respond.crowd import together
from revoker.respond.listing import step_on
from revoker.respond.policy import Tools
from revoker.run import Run
from revoker.sighting import Sighting
from revoker.walk import Walk, cheaper_to_list


async def look(run: Run, walk: Walk, tools: Tools) -> Walk | None:
    """Take one step of looking; returns the walk after it, or None where another worker took it."""
    if walk.at_start and (put := await _begin(run, walk, tools)):
        return put
    source = walk.source
    page = await tools.tenant.page(source, walk.cursor) if source else Page[Sighting]((), None)
    now = tools.clock.now()
    if isinstance(page, Answer):
        later = walk.stumbled(page, now, tools.policy.patience.age, tools.clock.jitter())
        if isinstance(later, Walk):
            return await step_on(walk, later, tools)
        return await _hand_over(run, walk, tools)
    await _settle(run, page.rows, tools)
    after = walk.turned(page.cursor, now)
    if after.source is None:
        after = walk.looking(now + tools.policy.verify_delays[walk.look], now)
    return after if await tools.walks.turn(after, (), ()) else None


async def _begin(run: Run, walk: Walk, tools: Tools) -> Walk | None:
    """Wait while somebody is still to be revoked; leave the last looks, and few batches, to the verify queue."""
    now, checks = tools.clock.now(), tools.policy.verify_delays
    if await tools.ledger.waiting_batches(run.id, now + EVER, 1):
        return await step_on(walk, walk.postponed(checks[0], now), tools)
    unseen = await tools.ledger.open_batches(run.id)
    # The last two checks are made batch by batch: whoever does not show before the last is revoked once more.
    if walk.look + 1 >= len(checks) or not cheaper_to_list(walk.pages, len(unseen)):
        return await _hand_over(run, walk, tools, unseen)
    return None


async def _hand_over(run: Run, walk: Walk, tools: Tools, unseen: tuple[str, ...] | None = None) -> Walk:
    """Ask for every open batch to be looked at by itself, and end the walk."""
    names = await tools.ledger.open_batches(run.id) if unseen is None else unseen
    attempt = min(walk.look, len(tools.policy.verify_delays)) - 1
    await together(tools.outbox.send(Queue.VERIFY, Message(run.id, name, attempt)) for name in names)
    log.event("run_handed_over", run=run.id, batches=len(names), look=walk.look)
    return await step_on(walk, walk.ended(tools.clock.now()), tools)


async def _settle(run: Run, rows: tuple[Sighting, ...], tools: Tools) -> None:
    """Write down what a page shows of the users in batches."""
    met = await tools.walks.met(run.id)
    shown: dict[str, dict[str, Sighting]] = defaultdict(dict)
    for seen in rows:
        batch = met.get(mark(seen.id)) or met.get(mark(seen.user_principal_name))
        if batch:
            shown[batch] |= dict.fromkeys(seen.names, seen)
    now, skew = tools.clock.now(), tools.policy.clock_skew
    await together(_update(run.id, name, sightings, now, skew, tools) for name, sightings in shown.items())


async def _update(
    run: str, batch: str, shown: Mapping[str, Sighting], now: datetime, skew: timedelta, tools: Tools
) -> None:
    def learnt(row: Batch) -> Batch:
        seen = [(user, shown[name]) for user in row.unseen for name in user.names if name in shown]
        return row.learn(after_sighting(user, sight, now=now, skew=skew) for user, sight in seen)

    await tools.ledger.update_batch(run, batch, learnt)
