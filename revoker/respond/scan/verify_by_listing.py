"""Look what shows of a run in the directory, page by page where that is cheaper than batch by batch."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime, timedelta

from revoker import log
from revoker.core.after_call import after_listing
from revoker.core.batch import Batch
from revoker.core.directory_user import DirectoryUser
from revoker.core.fingerprint import fingerprint
from revoker.core.graph_answer import GraphAnswer
from revoker.core.message import Message, Queue
from revoker.core.run import Run
from revoker.core.scan import Scan, cheaper_to_list
from revoker.ports.page import Page
from revoker.respond.cancel import EVER
from revoker.respond.concurrency import gather_limited
from revoker.respond.policy import Tools
from revoker.respond.scan.next_page import step_on


async def verify_by_listing(run: Run, scan: Scan, tools: Tools) -> Scan | None:
    """Take one step of looking; returns the scan after it, or None where another worker took it."""
    if scan.at_start and (put := await _begin(run, scan, tools)):
        return put
    source = scan.source
    page = await tools.graph_listings.page(source, scan.cursor) if source else Page[DirectoryUser]((), None)
    now = tools.clock.now()
    if isinstance(page, GraphAnswer):
        later = scan.after_failure(page, now, tools.policy.patience.age, tools.clock.jitter())
        if isinstance(later, Scan):
            return await step_on(scan, later, tools)
        return await _hand_over(run, scan, tools)
    await _settle(run, page.rows, tools)
    after = scan.after_page(page.cursor, now)
    if after.source is None:
        after = scan.next_check(now + tools.policy.verify_delays[scan.check], now)
    return after if await tools.scans.commit_step(after, (), ()) else None


async def _begin(run: Run, scan: Scan, tools: Tools) -> Scan | None:
    """Wait while somebody is still to be revoked; leave the last looks, and few batches, to the verify queue."""
    now, checks = tools.clock.now(), tools.policy.verify_delays
    if await tools.ledger.waiting_batches(run.id, now + EVER, 1):
        return await step_on(scan, scan.postponed(checks[0], now), tools)
    unseen = await tools.ledger.open_batches(run.id)
    # The last two checks are made batch by batch: whoever does not show before the last is revoked once more.
    if scan.check + 1 >= len(checks) or not cheaper_to_list(scan.pages, len(unseen)):
        return await _hand_over(run, scan, tools, unseen)
    return None


async def _hand_over(run: Run, scan: Scan, tools: Tools, unseen: tuple[str, ...] | None = None) -> Scan:
    """Ask for every open batch to be looked at by itself, and end the scan."""
    names = await tools.ledger.open_batches(run.id) if unseen is None else unseen
    attempt = min(scan.check, len(tools.policy.verify_delays)) - 1
    await gather_limited(tools.outbox.send(Queue.VERIFY, Message(run.id, name, attempt)) for name in names)
    log.event("verification_by_batch", run=run.id, batches=len(names), check=scan.check)
    return await step_on(scan, scan.ended(tools.clock.now()), tools)


async def _settle(run: Run, rows: tuple[DirectoryUser, ...], tools: Tools) -> None:
    """Write down what a page shows of the users in batches."""
    visited = await tools.scans.visited(run.id)
    shown: dict[str, dict[str, DirectoryUser]] = defaultdict(dict)
    for seen in rows:
        batch = visited.get(fingerprint(seen.id)) or visited.get(fingerprint(seen.user_principal_name))
        if batch:
            shown[batch] |= dict.fromkeys(seen.names, seen)
    now, skew = tools.clock.now(), tools.policy.clock_skew
    await gather_limited(_update(run.id, name, shown, now, skew, tools) for name, shown in shown.items())


async def _update(
    run: str, batch: str, shown: Mapping[str, DirectoryUser], now: datetime, skew: timedelta, tools: Tools
) -> None:
    def learnt(row: Batch) -> Batch:
        seen = [(user, shown[name]) for user in row.unseen for name in user.names if name in shown]
        return row.learn(after_listing(user, sight, now=now, skew=skew) for user, sight in seen)

    await tools.ledger.update_batch(run, batch, learnt)
