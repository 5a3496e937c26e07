"""A scope that has come to more users than were counted: the scan stops until a second person approves the new number.

A group is counted as 400 users. A minute later a group of 5,000 is nested into it, before the scan has listed it. The
cap and the alert were judged by 400. The page with which more users would be planned than that judgement covers
(``Run.covers``) is not committed: its users have no batch, so no message, no healing and no retry can revoke them. The
scan stays where it is, and users planned before go on. An approval of the new number sends the scan's message again.
"""

import asyncio
from datetime import datetime

from revoker import log
from revoker.core.graph_answer import GraphAnswer
from revoker.core.growth import most_users
from revoker.core.outcome import Outcome
from revoker.core.page_plan import PagePlan
from revoker.core.run import APPROVE_WITHIN, Run
from revoker.core.scan import Scan
from revoker.ports.graph import GraphListings
from revoker.ports.ledger import Ledger
from revoker.views.warnings import growth_warning


def is_beyond(run: Run, scan: Scan, page: PagePlan) -> bool:
    """Whether a page's users would be more than the run's count or approval covers."""
    return run.covers is not None and _planned(run, scan, page) > run.covers


async def ask_again(
    run: Run, scan: Scan, page: PagePlan, graph_listings: GraphListings, ledger: Ledger, now: datetime
) -> None:
    """Let the run wait for a second person to approve the number of users that its scope has come to."""
    size = max(_planned(run, scan, page), await _counted(run, scan, graph_listings))
    until = now + APPROVE_WITHIN

    def waiting(row: Run) -> Run:
        # Another worker may have had the same page, and its number may be approved by now: then nothing changes here.
        if row.awaits_approval or row.cancelled_at or row.finished_at or row.covers != run.covers:
            return row
        said = row.warned(growth_warning(row.approval_size or scan.expected, size, until, row.approved_by))
        return said.grown(size, until)

    after = await ledger.update_run(run.id, waiting)
    if after.approval_until == until:
        log.event("run_awaits_approval", run=run.id, expected=size, counted=scan.expected, until=until)


def tell_growth(run: Run, after: Scan) -> None:
    """Log that more users are planned than were counted when the run was accepted, for the alert on mass runs.

    It is logged at each page, with a cap or without: the alert has a threshold of its own.
    """
    planned = _named(run) + after.tally.count(Outcome.PLANNED)
    if planned > most_users(after.expected, 0):
        log.event("scope_grown", run=run.id, planned=planned, counted=after.expected)


def _planned(run: Run, scan: Scan, page: PagePlan) -> int:
    """Return how many users the run would revoke with this page; users named in the request count as all revoked."""
    return _named(run) + scan.tally.count(Outcome.PLANNED) + len(page.first) + len(page.others)


async def _counted(run: Run, scan: Scan, graph_listings: GraphListings) -> int:
    """Return how many users the scope has now, or 0 where the directory does not tell."""
    listed = [source for source in scan.sources if source.is_paged]
    total = 0 if scan.plans_all else _named(run)
    for count in await asyncio.gather(*(graph_listings.count(source) for source in listed)):
        if isinstance(count, GraphAnswer):
            return 0
        total += count
    return total


def _named(run: Run) -> int:
    """Return how many users the request names, which are not in the scan; a run of a plan has all users in its scan."""
    if run.plan:
        return 0
    named = run.scope.get("users", 0)
    return named if isinstance(named, int) else 0
