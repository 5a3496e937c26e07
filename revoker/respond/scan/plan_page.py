"""One step of planning: a page of the directory becomes users in batches, each with its place in the quota."""

import asyncio
from dataclasses import replace
from datetime import datetime

from revoker import log
from revoker.core.batch import Batch, in_batches
from revoker.core.fingerprint import FingerprintSet
from revoker.core.graph_answer import PROTECTION_UNKNOWN, GraphAnswer, reason_of
from revoker.core.page_plan import PagePlan, plan_page
from revoker.core.request import Priority
from revoker.core.rules import NamedAccounts, Rules
from revoker.core.run import Run
from revoker.core.scan import Scan
from revoker.core.source import Kind, Source
from revoker.core.tally import tally
from revoker.respond.policy import Tools
from revoker.respond.scan.next_page import listing, set_name, step_on
from revoker.respond.slots import dispatch_all, with_slots


async def plan_step(run: Run, scan: Scan, protected: NamedAccounts | None, tools: Tools) -> Scan | None:
    """Take one step; returns the scan after it, or None where another worker took it.

    While nobody knows who is protected (None), the step is put off as if the page could not be had.
    """
    source = scan.source
    if source is None:
        return await _end(run, scan, tools)
    if protected is None:
        return await _retry_later(run, scan, source, PROTECTION_UNKNOWN, tools)
    page, rules, visited = await asyncio.gather(
        listing(source, scan, tools), _rules(run, scan, protected, tools), tools.scans.visited(run.id)
    )
    if isinstance(page, GraphAnswer):
        return await _retry_later(run, scan, source, page, tools)
    dangerous = FingerprintSet(await tools.scans.fingerprints(run.id, set_name(source)))
    now, defer_caller = tools.clock.now(), _caller_to_defer(scan, source)
    planned = plan_page(page.rows, str(source), rules, visited, now, first=dangerous, defer_caller=defer_caller)
    return await _take(run, scan, planned, page.cursor, tools)


async def _rules(run: Run, scan: Scan, protected: NamedAccounts, tools: Tools) -> Rules:
    return Rules(
        protected=protected,
        excluded=FingerprintSet(await tools.scans.fingerprints(run.id, "excluded")),
        skip_guests=scan.skip_guests,
        cutoff=run.cutoff,
    )


def _caller_to_defer(scan: Scan, source: Source) -> str | None:
    """Return whose account waits for the last source."""
    caller = scan.sources[-1]
    return caller.value if caller.kind is Kind.CALLER and source.kind is not Kind.CALLER else None


async def _end(run: Run, scan: Scan, tools: Tools) -> Scan | None:
    """Everybody is planned: go on to look what shows, or end where nobody is to be revoked."""
    now = tools.clock.now()
    log.event("run_planned", run=run.id, planned=scan.tally.total, steps=scan.step)
    # Users whom the request names are looked for by the scan too, so it does not end before them.
    if run.dry_run or not (scan.tally.pending or (await tools.ledger.tally(run.id)).pending):
        after = scan.ended(now)
    else:
        after = scan.next_check(max(scan.last_due or now, now) + tools.policy.verify_delays[0], now)
    return after if await tools.scans.commit_step(after, (), ()) else None


async def _retry_later(run: Run, scan: Scan, source: Source, answer: GraphAnswer, tools: Tools) -> Scan | None:
    """Wait and ask again; what cannot be listed to its end is said on the run, and the next source is begun."""
    now = tools.clock.now()
    after = scan.after_failure(answer, now, tools.policy.patience.age, tools.clock.jitter())
    if isinstance(after, Scan):
        log.event("page_deferred", run=run.id, source=source.kind, status=answer.status, attempts=after.attempts)
        return await step_on(scan, after, tools)
    if await tools.scans.scan(run.id) != scan:
        return None  # another worker had the page
    log.failure("source_given_up", run=run.id, source=source.kind, reason=reason_of(answer))
    spared = source.kind is Kind.PRIVILEGED or (source.kind is Kind.ROLES and scan.plans_all)
    lost = (
        f"Privileged users do not go first: {source} cannot be listed ({after})."
        if spared
        else f"Not everybody is accounted for: {source} cannot be listed to its end ({after})."
    )
    await tools.ledger.update_run(
        run.id, lambda row: replace(row.warned(lost), incomplete=row.incomplete or not spared)
    )
    return await step_on(scan, scan.after_page(None, now), tools)


async def _take(run: Run, scan: Scan, planned: PagePlan, cursor: str | None, tools: Tools) -> Scan | None:
    now = tools.clock.now()
    batches = await _batches(run, scan, planned, tools, now)
    users = [user for batch in batches for user in batch.users]
    after = replace(
        scan.after_page(cursor, now),
        tally=scan.tally + tally([*users, *planned.settled]),
        caller_deferred=scan.caller_deferred or planned.caller_deferred,
        last_due=max((batch.due_at for batch in batches), default=scan.last_due),
    )
    if not await tools.scans.commit_step(after, batches, planned.settled):
        return None
    settled, due = len(planned.settled), after.last_due
    log.event("page_planned", run=run.id, step=after.step, planned=len(users), settled=settled, due=due)
    if not run.dry_run:
        await dispatch_all(batches, tools, now)
    return after


async def _batches(run: Run, scan: Scan, planned: PagePlan, tools: Tools, now: datetime) -> tuple[Batch, ...]:
    """Cut a page into batches: the dangerous accounts at once, the others at the pace of the quota."""
    first = tuple(in_batches(run.id, planned.first, Priority.URGENT, now))
    rest = tuple(in_batches(run.id, planned.planned, scan.lane, now))
    if run.dry_run:
        return *first, *rest
    share = 1.0 if scan.lane is Priority.URGENT else tools.policy.quota.bulk_share
    return (
        *await with_slots(first, tools, now),
        *await with_slots(rest, tools, now, share=share, waits=True),
    )
