"""One step of planning: a page of the directory becomes users in batches, each with its slot in the write quota."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from revoker import log
from revoker.core.batch import Batch, in_batches
from revoker.core.graph_answer import PROTECTION_UNKNOWN, GraphAnswer
from revoker.core.outcome import Outcome, User
from revoker.core.page_plan import PagePlan
from revoker.core.plan import URGENT_UP_TO, lane_for
from revoker.core.pool import Pool
from revoker.core.request import Priority
from revoker.core.run import Run
from revoker.core.scan import Scan
from revoker.core.tally import tally
from revoker.ports.ledger import Ledger
from revoker.ports.outbox import Outbox
from revoker.ports.scans import Scans
from revoker.respond.dispatch import dispatch_all
from revoker.respond.exclusions import warn_of_unused_exclusions
from revoker.respond.policy import Tools
from revoker.respond.protect import Protection
from revoker.respond.scan.defer_page import defer_page
from revoker.respond.scan.growth import ask_again, is_beyond, tell_growth
from revoker.respond.scan.move import move
from revoker.respond.scan.newcomers import warn_of_newcomers
from revoker.respond.scan.page_facts import gather_page
from revoker.respond.scan.source_page import SourcePage
from revoker.respond.slots import with_slots
from revoker.respond.warn import warn
from revoker.views.warnings import conflicting_warning


async def plan_step(run: Run, scan: Scan, protection: Protection, tools: Tools) -> Scan | None:
    """Take one step; returns the scan after it, or None where another worker took it, or the run awaits approval.

    Gathers the page and what is known beside it, decides about each user (``core.page_plan``), writes, then sends.
    """
    ledger, scans, clock, policy = tools.ledger, tools.scans, tools.clock, tools.policy
    source, protected = scan.source, await protection.known()
    if source is None:
        return await _end(run, scan, ledger, scans, policy.verify_delays[0], clock.now())
    if protected is None:  # without the protected list no user can be planned: the page is deferred
        return await defer_page(run, scan, source, PROTECTION_UNKNOWN, ledger, scans, policy.patience.age, clock)
    facts = await gather_page(run, scan, source, protected, tools.graph_users, tools.graph_listings, scans, ledger)
    if isinstance(facts, GraphAnswer):
        return await defer_page(run, scan, source, facts, ledger, scans, policy.patience.age, clock)
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
    """End the planning, as every source is listed: go on to the first check, or end a scan without users to revoke."""
    log.event("run_planned", run=run.id, planned=scan.tally.total, steps=scan.step)
    await warn_of_unused_exclusions(run.id, ledger, scans)
    await warn_of_newcomers(run, ledger)
    # Users that the request names are checked by the scan as well, and only the ledger's tally counts them.
    pending = scan.tally.pending or (await ledger.tally(run.id)).pending
    if run.dry_run or not pending:
        return await move(scan, scan.ended(now), scans)
    return await move(scan, scan.next_check(max(scan.last_due or now, now) + first_check, now), scans)


async def _warn_of_page(run: Run, listed: SourcePage, ledger: Ledger) -> None:
    """Warn on the run of what a page does not show.

    The page is committed later: a worker that dies in between leaves the step, and the next one warns again.
    """
    if listed.warning:
        await warn(run.id, [listed.warning], ledger, incomplete=listed.incomplete)
    await warn(run.id, conflicting_warning(listed.users), ledger)


async def _batches(
    run: Run, scan: Scan, page: PagePlan, ledger: Ledger, pool: Pool, now: datetime
) -> tuple[Batch, ...]:
    """Cut a page into batches: privileged users are due at once, the others at their slots."""
    # The scope may have come to more users than were counted when the run got its lane.
    planned = scan.tally.count(Outcome.PLANNED) + len(page.others)
    lane = lane_for(scan.lane, many=planned > URGENT_UP_TO)
    share = 1.0 if lane is Priority.URGENT else pool.quota.bulk_share
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

    A worker that dies in between leaves a step that was taken: its message comes back, and ``take_step`` sends the
    batches then.
    """
    if not await scans.commit_step(after, batches, settled):
        return None
    users = sum(len(batch.users) for batch in batches)
    log.event("page_planned", run=run.id, step=after.step, planned=users, settled=len(settled), due=after.last_due)
    if not run.dry_run:
        tell_growth(run, after)
        await dispatch_all(batches, outbox, now)
    return after
