"""Measure a request's scope before anything is written: whether it exists, and how many users it has."""

import asyncio

from revoker.core.directory_user import DirectoryUser
from revoker.core.errors import ConflictError, InvalidError, ProblemError, UnavailableError
from revoker.core.graph_answer import GraphAnswer, reason_of
from revoker.core.request import Request
from revoker.core.source import PRIVILEGED, Kind, Source
from revoker.ports.graph import GraphListings
from revoker.ports.page import Page
from revoker.respond.every_page import every_row
from revoker.respond.start.facts import Extent
from revoker.views.warnings import enumerated

# Members of excluded groups are listed inside the caller's call: some twenty pages of Graph.
MOST_EXCLUDED = 20_000


async def measure(request: Request, graph_listings: GraphListings) -> Extent:
    """Return the extent.

    Raises InvalidError for a group or filter that Graph does not know, ConflictError for a missing permission,
    UnavailableError while the directory does not answer.
    """
    if not request.scope and not request.exclude_groups:
        return Extent(len(request.targets))
    counts = await asyncio.gather(*(_count(path, source, graph_listings) for path, source in _counted(request)))
    holders, warnings = await _holders(request, graph_listings)
    expected = len(request.targets) + sum(counts) + holders
    if request.scope.all_users:  # everything else that is named is part of it
        expected = counts[-1]
    return Extent(expected, await _spared(request, graph_listings), warnings)


def _counted(request: Request) -> list[tuple[str, Source]]:
    """Return the sources that Graph can count, each with its path in the request; all users come last."""
    scope = request.scope
    counted = [(f"groups[{number}]", Source(Kind.GROUP, group)) for number, group in enumerate(scope.groups)]
    if scope.filter:
        counted.append(("filter", Source(Kind.FILTER, scope.filter)))
    if scope.all_users:
        counted.append(("allUsers", Source(Kind.ALL)))
    return counted


async def _count(path: str, source: Source, graph_listings: GraphListings) -> int:
    found = await graph_listings.count(source)
    if isinstance(found, GraphAnswer):
        raise refusal(path, source, found)
    return found


async def _holders(request: Request, graph_listings: GraphListings) -> tuple[int, tuple[str, ...]]:
    if not request.scope.roles:
        return 0, ()
    source = Source(Kind.ROLES, PRIVILEGED)
    if PRIVILEGED not in request.scope.roles:
        source = Source(Kind.ROLES, ",".join(request.scope.roles))
    found = await graph_listings.role_holders(source.templates)
    if isinstance(found, GraphAnswer):
        raise refusal("roles", source, found)
    if not found.unknown:
        return len(found.ids), ()
    unknown = f"Nobody holds {enumerated(found.unknown)}: not activated in this tenant, or no role's template id."
    return len(found.ids), (unknown,)


async def _spared(request: Request, graph_listings: GraphListings) -> frozenset[str]:
    """Return both names of every member of the excluded groups."""
    names: set[str] = set()
    for number, group in enumerate(request.exclude_groups):
        path, source = f"exclude.groups[{number}]", Source(Kind.GROUP, group)
        members = await _count(path, source, graph_listings)
        if len(names) / 2 + members > MOST_EXCLUDED:
            raise InvalidError(
                "The excluded groups are too large.", [(path, f"at most {MOST_EXCLUDED:,} members: write a filter")]
            )
        names |= await _members(path, source, graph_listings)
    return frozenset(names)


async def _members(path: str, source: Source, graph_listings: GraphListings) -> set[str]:
    async def read(cursor: str | None) -> Page[DirectoryUser]:
        page = await graph_listings.page(source, cursor)
        if isinstance(page, GraphAnswer):
            raise refusal(path, source, page)
        return page

    names: set[str] = set()
    async for seen in every_row(read):
        names |= seen.names
    return names


def refusal(path: str, source: Source, answer: GraphAnswer) -> ProblemError:
    """Return the error that tells the caller why a source cannot be listed, and what to do."""
    if answer.passing:
        return UnavailableError("The directory cannot be asked now, so nothing was started.")
    if answer.status == 403:
        return ConflictError(f"The identity may not list {path}: grant {source.permission}, then come back.")
    if answer.status == 404:
        return InvalidError("The scope names nothing.", [(path, f"there is no {source.kind} {source.value}")])
    return InvalidError("Graph refuses the scope.", [(path, answer.message or reason_of(answer))])
