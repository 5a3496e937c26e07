"""Gather a page of a scan and what decides about its users: rules, users visited before, accounts that go first."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from revoker.core.directory_user import listed_user
from revoker.core.fingerprint import FingerprintSet
from revoker.core.graph_answer import GraphAnswer
from revoker.core.page_plan import PagePlan, plan_page
from revoker.core.plan_rule import PlanRule
from revoker.core.rules import NamedAccounts, Rules
from revoker.core.run import Run
from revoker.core.scan import Scan
from revoker.core.source import Kind, Source
from revoker.ports.graph import GraphListings, GraphUsers
from revoker.ports.ledger import Ledger
from revoker.ports.scans import Scans
from revoker.respond.scan.from_plan import planned_before
from revoker.respond.scan.next_page import next_page, set_name
from revoker.respond.scan.source_page import SourcePage


@dataclass(frozen=True, slots=True, kw_only=True)
class PageFacts:
    """A page, the rules of its run, the users visited before, and the accounts that go first."""

    source: Source
    listed: SourcePage
    rules: Rules
    visited: Mapping[bytes, str | None]
    first: FingerprintSet
    defer_caller: str | None

    def plan(self, now: datetime) -> PagePlan:
        """Decide about each user of the page."""
        listed = [listed_user(seen, str(self.source)) for seen in self.listed.users]
        return plan_page(
            [*self.listed.planned, *listed],
            self.rules,
            self.visited,
            now,
            first=self.first,
            defer_caller=self.defer_caller,
        )


async def gather_page(
    run: Run,
    scan: Scan,
    source: Source,
    protected: NamedAccounts,
    graph_users: GraphUsers,
    graph_listings: GraphListings,
    scans: Scans,
    ledger: Ledger,
) -> PageFacts | GraphAnswer:
    """Return the scan's next page of a source, or Graph's answer where it gave no page."""
    listed, excluded, visited = await asyncio.gather(
        _read_page(source, scan, graph_users, graph_listings, scans, ledger),
        scans.fingerprints(run.id, "excluded"),
        scans.visited(run.id),
    )
    if isinstance(listed, GraphAnswer):
        return listed
    rules = Rules(
        protected=protected,
        excluded=FingerprintSet(excluded),
        skip_guests=scan.skip_guests,
        cutoff=run.cutoff,
        plan=await _plan_rule(run, source, scans),
    )
    return PageFacts(
        source=source,
        listed=listed,
        rules=rules,
        visited=visited,
        # Read after the page: the step that lists role holders keeps their ids as it reads the page.
        first=FingerprintSet(listed.first | await scans.fingerprints(run.id, set_name(source))),
        defer_caller=_caller_to_defer(scan, source),
    )


async def _read_page(
    source: Source, scan: Scan, graph_users: GraphUsers, graph_listings: GraphListings, scans: Scans, ledger: Ledger
) -> SourcePage | GraphAnswer:
    """Read the page from the directory; the users of an applied dry run, from the ledger."""
    if source.kind is Kind.PLAN:
        return await planned_before(source, scan, scans, ledger)
    return await next_page(source, scan, graph_users, graph_listings, scans)


async def _plan_rule(run: Run, source: Source, scans: Scans) -> PlanRule | None:
    """Return the rule that leaves out users that the applied dry run did not plan; its own users need none."""
    if run.plan is None or source.kind is Kind.PLAN:
        return None
    return PlanRule(visited=await scans.visited(run.plan), include_new=run.include_new)


def _caller_to_defer(scan: Scan, source: Source) -> str | None:
    """Return the id of the caller's own account where the last source is to list it.

    The caller must see the run through, so its sessions end last.
    The users of an applied dry run come in its order, which has the caller's account at the end already.
    """
    last = scan.sources[-1]
    if last.kind is Kind.CALLER and source.kind not in {Kind.CALLER, Kind.PLAN}:
        return last.value
    return None
