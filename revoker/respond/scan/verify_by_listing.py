"""Check which of a run's revocations show in the directory, a page at a time: a listing shows 999 users a call.

A check of 100,000 users is 101 pages this way, and 5,000 reads of a batch the other way.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
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
from revoker.ports.ledger import Ledger
from revoker.ports.outbox import Outbox
from revoker.ports.page import Page
from revoker.ports.scans import Scans
from revoker.respond.concurrency import gather_limited
from revoker.respond.policy import Tools
from revoker.respond.scan.move import move


async def verify_by_listing(run: Run, scan: Scan, tools: Tools) -> Scan | None:
    """Take one step of a check; returns the scan after it, or None where another worker took it."""
    ledger, scans, policy = tools.ledger, tools.scans, tools.policy
    delays, now = policy.verify_delays, tools.clock.now()
    if scan.at_start:
        if await ledger.waiting_batches(run.id, limit=1):  # users are still to be revoked: the check waits for them
            return await move(scan, scan.deferred(delays[0], now), scans)
        unseen = await ledger.open_batches(run.id)
        if _goes_by_batch(scan, len(unseen), len(delays)):
            return await _hand_over(run, scan, unseen, scans, tools.outbox, len(delays), now)
    page: Page[DirectoryUser] | GraphAnswer = Page((), None)
    if scan.source:
        page = await tools.graph_listings.page(scan.source, scan.cursor)
    now = tools.clock.now()
    if isinstance(page, GraphAnswer):
        after = scan.after_failure(page, now, policy.patience.age, tools.clock.jitter())
        if isinstance(after, Scan):
            return await move(scan, after, scans)
        unseen = await ledger.open_batches(run.id)
        return await _hand_over(run, scan, unseen, scans, tools.outbox, len(delays), now)
    if scan.repeats(page.cursor):  # the rest of the listing never comes: its users are checked batch by batch later
        page = Page(page.rows, None)
    await _settle(run, page.rows, ledger, await scans.visited(run.id), policy.clock_skew, now)
    return await move(scan, _after(scan, page.cursor, delays, now), scans)


def _goes_by_batch(scan: Scan, batches: int, checks: int) -> bool:
    """Whether the rest is checked batch by batch: where few batches are open, and from the last check but one on.

    The last check but one revokes a user that does not show once more. Only a message of the verify queue does that
    (``revoke.verify_batch``).
    """
    return scan.check + 1 >= checks or not cheaper_to_list(scan.pages, batches)


def _after(scan: Scan, cursor: str | None, delays: Sequence[timedelta], now: datetime) -> Scan:
    after = scan.after_page(cursor, now)
    if after.source is None:
        return scan.next_check(now + delays[scan.check], now)
    return after


async def _hand_over(
    run: Run, scan: Scan, batches: Sequence[str], scans: Scans, outbox: Outbox, checks: int, now: datetime
) -> Scan | None:
    """Ask for each open batch to be checked by itself, and end the scan.

    The messages are sent first. If the worker dies before the scan ends, the next worker sends them once more, and the
    second message of a batch finds no user left.
    """
    attempt = min(scan.check, checks) - 1
    await gather_limited(outbox.send(Queue.VERIFY, Message(run.id, name, attempt)) for name in batches)
    log.event("verification_by_batch", run=run.id, batches=len(batches), check=scan.check)
    return await move(scan, scan.ended(now), scans)


async def _settle(
    run: Run,
    rows: Sequence[DirectoryUser],
    ledger: Ledger,
    visited: Mapping[bytes, str | None],
    skew: timedelta,
    now: datetime,
) -> None:
    """Write down what a page shows of the users in batches, all of them in one change."""
    shown: dict[str, dict[str, DirectoryUser]] = defaultdict(dict)
    for seen in rows:
        batch = visited.get(fingerprint(seen.id)) or visited.get(fingerprint(seen.user_principal_name))
        if batch:
            shown[batch] |= dict.fromkeys(seen.names, seen)
    await ledger.update_batches(run.id, {batch: _checked(users, skew, now) for batch, users in shown.items()})


def _checked(shown: Mapping[str, DirectoryUser], skew: timedelta, now: datetime) -> Callable[[Batch], Batch]:
    """Return the change of a batch that a listing shows these users of."""

    def checked(row: Batch) -> Batch:
        learnt = {}
        for user in row.unseen:
            for name in user.names & shown.keys():
                learnt[user.key] = after_listing(user, shown[name], now=now, skew=skew)
        return row.learn(learnt.values())

    return checked
