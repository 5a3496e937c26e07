"""Count the members that look external by their UPN alone: an intruder may have chosen it to be left alone."""

from collections.abc import Sequence

from revoker.core.federation import Domain
from revoker.core.graph_answer import GraphAnswer
from revoker.core.source import Kind, Source
from revoker.ports.graph import GraphListings

# A filter may have 15 clauses with `or` (docs/graph-facts.md#listing-users), and preflight should take seconds.
_MOST_DOMAINS, _MOST_PAGES = 14, 5


async def conflicting(domains: Sequence[Domain] | GraphAnswer, graph_listings: GraphListings) -> int | None:
    """Return their number; None where the directory does not tell, or where they are on more than five pages.

    `endsWith` on a UPN is an advanced query (Graph, "Advanced query capabilities on Microsoft Entra ID objects").
    """
    if isinstance(domains, GraphAnswer) or not 0 < len(domains) <= _MOST_DOMAINS:
        return None
    named = " or ".join(f"endsWith(userPrincipalName,'#EXT#@{domain.name}')" for domain in domains)
    source, cursor, found = Source(Kind.FILTER, f"userType eq 'Member' and ({named})"), None, 0
    for _ in range(_MOST_PAGES):
        page = await graph_listings.page(source, cursor)
        if isinstance(page, GraphAnswer):
            return None
        found += sum(user.conflicting for user in page.rows)
        cursor = page.cursor
        if cursor is None:
            return found
    return None
