"""One step of planning: a page of the directory becomes users in batches, each with its slot in the write quota."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from revoker import log
from revoker.core.batch import Batch, in_batches
from revoker.core.graph_answer import PROTECTION_UNKNOWN, GraphAnswer
from revoker.core.outcome import Outcome, User
from revoker.core.page_plan import PagePlan
from revoker.core.plan import URGENT_UP_TO
from revoker.core.pool import Pool
from revoker.core.request import Priority
from revoker.core.run import Run
from revoker.core.scan import Scan
from revoker.core.tally import tally
from revoker.ports.ledger import Ledger
from revoker.ports.outbox import Outbox
from revoker.ports.scans import Scans
from revoker.respond.dispatch import dispatch_all
from revoker.respond.exclusions import warn_of_unmet
from revoker.respond.policy import Tools
from revoker.respond.protect import Protection
from revoker.respond.scan.growth import ask_again, is_beyond, tell_growth
from revoker.respond.scan.listed import Listed
from revoker.respond.scan.move import move
from revoker.respond.scan.newcomers import warn_of_newcomers
from revoker.respond.scan.page_facts import gather_page
from revoker.respond.scan.put_off import put_off
from revoker.respond.slots import with_slots
from revoker.views.warnings import conflicting_warning


async def plan_step(run: Run, scan: Scan, protection: Protection, tools: Tools) -> Scan | None:
    """Take one step; returns the scan after it, or None where another worker took it, or the run awaits approval.

    Gathers the page and what is known beside it, decides about each user (``core.page_plan``), writes, then sends.
    """
    ledger, scans, clock, policy = tools.ledger, tools.scans, tools.clock, tools.policy
    source, protected = scan.source, await protection.known()
    if source is None:
        return await _end(run, scan, ledger, scans, policy.verify_delays[0], clock.now())
    if protected is None:  # a step that cannot protect is put off like one without a page
        return await put_off(run, scan, source, PROTECTION_UNKNOWN, ledger, scans, policy.patience.age, clock)
    facts = await gather_page(run, scan, source, protected, tools.graph_users, tools.graph_listings, scans, ledger)
    if isinstance(facts, GraphAnswer):
        return await put_off(run, scan, source, facts, ledger, scans, policy.patience.age, clock)
    await _warn_of_page(run, facts.listed, ledger)
    now = clock.now()
    page = facts.plan(now)
    if is_beyond(run, scan, page):
        await ask_again(run, scan, page, tools.graph_listings, ledger, now)
        return None
    batches = await _batches(run, scan, page, ledger, policy.pool, now)
    after = _after(scan, facts.listed.cursor, page, batches, now)
    return await _commit(run, after, batches, page.settled, scans, tools.outbox, now)


async def _end(
    run: Run, scan: Scan, ledger: Ledger, scans: Scans, first_check: timedelta, now: datetime
) -> Scan | None:
    """Every source is listed: go on to the first check after the last call, or end where no user is to be revoked."""
    log.event("run_planned", run=run.id, planned=scan.tally.total, steps=scan.step)
    await warn_of_unmet(run.id, ledger, scans)
    await warn_of_newcomers(run, ledger)
    # Users that the request names are checked by the scan too, and are in the ledger's tally only.
    pending = scan.tally.pending or (await ledger.tally(run.id)).pending
    if run.dry_run or not pending:
        return await move(scan, scan.ended(now), scans)
    return await move(scan, scan.next_check(max(scan.last_due or now, now) + first_check, now), scans)


async def _warn_of_page(run: Run, listed: Listed, ledger: Ledger) -> None:
    """Warn on the run of what a page does not show, before the page is committed: a repeated message warns again."""
    if listed.warning:
        await ledger.update_run(
            run.id, lambda row: replace(row.warned(listed.warning), incomplete=row.incomplete or listed.incomplete)
        )
    for sentence in conflicting_warning(listed.users):
        await ledger.update_run(run.id, lambda row, said=sentence: row.warned(said))  # type: ignore[misc]


async def _batches(
    run: Run, scan: Scan, page: PagePlan, ledger: Ledger, pool: Pool, now: datetime
) -> tuple[Batch, ...]:
    """Cut a page into batches: privileged users are due at once, the others at their slots."""
    lane, share = scan.lane, pool.quota.bulk_share
    if scan.tally.count(Outcome.PLANNED) + len(page.others) > URGENT_UP_TO:
        lane = Priority.BULK  # the scope has grown past what the urgent lane is for
    if lane is Priority.URGENT:
        share = 1.0
    first = tuple(in_batches(run.id, page.first, Priority.URGENT, now))
    rest = tuple(in_batches(run.id, page.others, lane, now))
    if run.dry_run:
        return *first, *rest
    return (
        *await with_slots(first, ledger, pool, now),
        *await with_slots(rest, ledger, pool, now, share=share, waits=True),
    )


def _after(scan: Scan, cursor: str | None, page: PagePlan, batches: Sequence[Batch], now: datetime) -> Scan:
    users = [user for batch in batches for user in batch.users]
    return replace(
        scan.after_page(cursor, now),
        tally=scan.tally + tally([*users, *page.settled]),
        caller_deferred=scan.caller_deferred or page.caller_deferred,
        last_due=max((batch.due_at for batch in batches), default=scan.last_due),
    )


async def _commit(
    run: Run,
    after: Scan,
    batches: Sequence[Batch],
    settled: Sequence[User],
    scans: Scans,
    outbox: Outbox,
    now: datetime,
) -> Scan | None:
    """Write the page whole, then send its batches.

    A worker that dies in between leaves a step that was taken: the message comes back, and ``take_step`` sends them.
    """
    if not await scans.commit_step(after, batches, settled):
        return None
    users = sum(len(batch.users) for batch in batches)
    log.event("page_planned", run=run.id, step=after.step, planned=users, settled=len(settled), due=after.last_due)
    if not run.dry_run:
        tell_growth(run, after)
        await dispatch_all(batches, outbox, now)
    return after
