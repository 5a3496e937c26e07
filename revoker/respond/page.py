"""One step of planning: a page of the directory becomes users in batches, each with its place in the quota."""

import asyncio
from dataclasses import replace
from datetime import datetime

from revoker import log
from revoker.answer import PROTECTION_UNKNOWN, Answer, reason_of
from revoker.batch import Batch, in_batches
from revoker.mark import Marked
from revoker.page_plan import PagePlan, plan_page
from revoker.request import Priority
from revoker.respond.listing import holders_of, listing, step_on
from revoker.respond.policy import Tools
from revoker.respond.slots import dispatch_all, with_slots
from revoker.rules import Listed, Rules
from revoker.run import Run, tally
from revoker.source import Kind, Source
from revoker.walk import Walk


async def plan_step(run: Run, walk: Walk, protected: Listed | None, tools: Tools) -> Walk | None:
    """Take one step; returns the walk after it, or None where another worker took it.

    While nobody knows who is protected (None), the step is put off as if the page could not be had.
    """
    source = walk.source
    if source is None:
        return await _end(run, walk, tools)
    if protected is None:
        return await _stumble(run, walk, source, PROTECTION_UNKNOWN, tools)
    page, rules, met = await asyncio.gather(
        listing(source, walk, tools), _rules(run, walk, protected, tools), tools.walks.met(run.id)
    )
    if isinstance(page, Answer):
        return await _stumble(run, walk, source, page, tools)
    dangerous = Marked(await tools.walks.marks(run.id, holders_of(source)))
    now, hold = tools.clock.now(), _held(walk, source)
    planned = plan_page(page.rows, str(source), rules, met, now, first=dangerous, hold=hold)
    return await _take(run, walk, planned, page.cursor, tools)


async def _rules(run: Run, walk: Walk, protected: Listed, tools: Tools) -> Rules:
    return Rules(
        protected=protected,
        excluded=Marked(await tools.walks.marks(run.id, "excluded")),
        skip_guests=walk.skip_guests,
        cutoff=run.issued_before if run.asks_for_older_sessions else None,
    )


def _held(walk: Walk, source: Source) -> str | None:
    """Return whose account waits for the last source."""
    caller = walk.sources[-1]
    return caller.value if caller.kind is Kind.CALLER and source.kind is not Kind.CALLER else None


async def _end(run: Run, walk: Walk, tools: Tools) -> Walk | None:
    """Everybody is planned: go on to look what shows, or end where nobody is to be revoked."""
    now = tools.clock.now()
    log.event("run_planned", run=run.id, planned=walk.tally.total, steps=walk.step)
    # Users whom the request names are looked for by the walk too, so it does not end before them.
    if run.dry_run or not (walk.tally.pending or (await tools.ledger.tally(run.id)).pending):
        after = walk.ended(now)
    else:
        after = walk.looking(max(walk.last_due or now, now) + tools.policy.verify_delays[0], now)
    return after if await tools.walks.turn(after, (), ()) else None


async def _stumble(run: Run, walk: Walk, source: Source, answer: Answer, tools: Tools) -> Walk | None:
    """Wait and ask again; what cannot be listed to its end is said on the run, and the next source is begun."""
    now = tools.clock.now()
    after = walk.stumbled(answer, now, tools.policy.patience.age, tools.clock.jitter())
    if isinstance(after, Walk):
        log.event("page_put_off", run=run.id, source=source.kind, status=answer.status, attempts=after.attempts)
        return await step_on(walk, after, tools)
    if await tools.walks.walk(run.id) != walk:
        return None  # another worker had the page
    log.failure("source_given_up", run=run.id, source=source.kind, reason=reason_of(answer))
    spared = source.kind is Kind.PRIVILEGED or (source.kind is Kind.ROLES and walk.plans_all)
    lost = (
        f"Privileged users do not go first: {source} cannot be listed ({after})."
        if spared
        else f"Not everybody is accounted for: {source} cannot be listed to its end ({after})."
    )
    await tools.ledger.update_run(
        run.id, lambda row: replace(row.warned(lost), incomplete=row.incomplete or not spared)
    )
    return await step_on(walk, walk.turned(None, now), tools)


async def _take(run: Run, walk: Walk, planned: PagePlan, cursor: str | None, tools: Tools) -> Walk | None:
    now = tools.clock.now()
    batches = await _batches(run, walk, planned, tools, now)
    users = [user for batch in batches for user in batch.users]
    after = replace(
        walk.turned(cursor, now),
        tally=walk.tally + tally([*users, *planned.settled]),
        held=walk.held or planned.held,
        last_due=max((batch.due_at for batch in batches), default=walk.last_due),
    )
    if not await tools.walks.turn(after, batches, planned.settled):
        return None
    settled, due = len(planned.settled), after.last_due
    log.event("page_planned", run=run.id, step=after.step, planned=len(users), settled=settled, due=due)
    if not run.dry_run:
        await dispatch_all(batches, tools, now)
    return after


async def _batches(run: Run, walk: Walk, planned: PagePlan, tools: Tools, now: datetime) -> tuple[Batch, ...]:
    """Cut a page into batches: the dangerous accounts at once, the others at the pace of the quota."""
    first = tuple(in_batches(run.id, planned.first, Priority.URGENT, now))
    rest = tuple(in_batches(run.id, planned.planned, walk.lane, now))
    if run.dry_run:
        return *first, *rest
    share = 1.0 if walk.lane is Priority.URGENT else tools.policy.quota.bulk_share
    return (
        *await with_slots(first, tools, now),
        *await with_slots(rest, tools, now, share=share, waits=True),
    )
