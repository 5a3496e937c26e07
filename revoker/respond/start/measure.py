"""Measure a request's scope before anything is written: whether it exists, and how many users it has."""

import asyncio

from revoker.core.directory_user import DirectoryUser
from revoker.core.graph_answer import GraphAnswer
from revoker.core.problems import InvalidError, UnavailableError
from revoker.core.request import Request
from revoker.core.source import PRIVILEGED, Kind, Source
from revoker.ports.graph import NOT_COUNTED, GraphListings
from revoker.ports.page import Page
from revoker.respond.every_page import ReadPage, every_row
from revoker.respond.start.facts import Extent
from revoker.respond.start.refusal import refusal

# Members of excluded groups are listed inside the caller's call: some twenty pages of Graph.
MOST_EXCLUDED = 20_000


async def measure(request: Request, graph_listings: GraphListings) -> Extent:
    """Return the extent.

    Raises InvalidError for a display name and for a group or filter that Graph does not know, ConflictError for a
    missing permission, UnavailableError while the directory does not answer.
    """
    _refuse_display_names(request)
    if not request.scope and not request.exclude_groups:
        return Extent(len(request.targets))
    counted = _counted(request)
    counts = await asyncio.gather(*(_count(path, source, graph_listings) for path, source in counted))
    holders = await _holders(request, graph_listings)
    uncounted = tuple(path for (path, _), count in zip(counted, counts, strict=True) if count is None)
    expected = len(request.targets) + sum(count or 0 for count in counts) + holders
    if request.scope.all_users:  # the other parts of the scope are among all users
        expected = counts[-1] or 0
    if request.plan and request.plan.most_users is not None:
        # The dry run planned 581 users: its approver must not read that the directory counts 612 by now.
        expected, uncounted = request.plan.most_users, ()
    return Extent(expected, await _excluded_groups(request, graph_listings), uncounted)


def _refuse_display_names(request: Request) -> None:
    errors = [(name.path, f"{name.text!r} is a display name: {_ID_OF[name.kind]}") for name in request.display_names]
    if errors:
        raise InvalidError(f"{errors[0][0]}: {errors[0][1]}.", errors)


_ID_OF = {
    "user": "write an object id (GUID) or a UPN (name@domain)",
    "group": "write a group's object id (GUID)",
    "role": 'write a role template id (GUID) or "privileged"',
}


def _counted(request: Request) -> list[tuple[str, Source]]:
    """Return the sources that Graph can count, each with its path in the request; all users come last."""
    scope = request.scope
    counted = [(f"groups[{number}]", Source(Kind.GROUP, group)) for number, group in enumerate(scope.groups)]
    if scope.filter:
        counted.append(("filter", Source(Kind.FILTER, scope.filter)))
    if scope.all_users:
        counted.append(("allUsers", Source(Kind.ALL)))
    return counted


async def _count(path: str, source: Source, graph_listings: GraphListings) -> int | None:
    """Return the number of users in a source, or None where the directory does not count it."""
    found = await graph_listings.count(source)
    if found == NOT_COUNTED:
        return None
    if isinstance(found, GraphAnswer):
        raise refusal(path, source, found)
    return found


async def _holders(request: Request, graph_listings: GraphListings) -> int:
    if not request.scope.roles:
        return 0
    source = Source(Kind.ROLES, PRIVILEGED)
    if PRIVILEGED not in request.scope.roles:
        source = Source(Kind.ROLES, ",".join(request.scope.roles))
    found = await graph_listings.role_holders(source.templates)
    if isinstance(found, GraphAnswer):
        raise refusal("roles", source, found)
    return len(found.ids)


async def _excluded_groups(request: Request, graph_listings: GraphListings) -> dict[str, frozenset[str]]:
    """Return both names of every member of each excluded group."""
    found: dict[str, frozenset[str]] = {}
    for number, group in enumerate(request.exclude_groups):
        path, source, before = f"exclude.groups[{number}]", Source(Kind.GROUP, group), sum(map(len, found.values()))
        members = await _count(path, source, graph_listings)
        _refuse_too_many(path, before // 2 + (members or 0))
        names: set[str] = set()
        async for seen in every_row(_page_reader(path, source, graph_listings)):
            names |= seen.names
            _refuse_too_many(path, (before + len(names)) // 2)  # again, for a directory that does not count
        found[group] = frozenset(names)
    return found


def _refuse_too_many(path: str, members: int) -> None:
    if members > MOST_EXCLUDED:
        raise InvalidError(
            "The excluded groups are too large.", [(path, f"at most {MOST_EXCLUDED:,} members: write a filter")]
        )


def _page_reader(path: str, source: Source, graph_listings: GraphListings) -> ReadPage[DirectoryUser]:
    """Return a function that reads a page of a group; it raises for a refused page, and for a link that leads back."""
    followed: set[str] = set()

    async def read(cursor: str | None) -> Page[DirectoryUser]:
        page = await graph_listings.page(source, cursor)
        if isinstance(page, GraphAnswer):
            raise refusal(path, source, page)
        if page.cursor in followed:
            raise UnavailableError(f"Graph lists {path} in a circle, so its users cannot be excluded. Ask again later.")
        followed.update([page.cursor] if page.cursor else ())
        return page

    return read
