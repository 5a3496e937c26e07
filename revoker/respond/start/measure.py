"""What a request's scope comes to, asked before anything is written: whether it exists, how many it is."""

import asyncio
from dataclasses import dataclass

from revoker.core.errors import ConflictError, InvalidError, ProblemError, UnavailableError
from revoker.core.graph_answer import GraphAnswer, reason_of
from revoker.core.request import Request
from revoker.core.source import PRIVILEGED, Kind, Source
from revoker.respond.policy import Tools
from revoker.views.warnings import enumerated

# NamedAccounts inside the caller's call: some twenty pages of Graph.
MOST_EXCLUDED = 20_000


@dataclass(frozen=True, slots=True)
class Extent:
    """How many users a request is for at most, the names of whom its excluded groups spare, what there is to say."""

    expected: int = 0
    spared: frozenset[str] = frozenset()
    warnings: tuple[str, ...] = ()


async def measure(request: Request, tools: Tools) -> Extent:
    """Return the extent.

    Raises InvalidError for a group or filter that Graph does not know, ConflictError for a missing permission,
    UnavailableError while the directory does not answer.
    """
    if not request.scope and not request.exclude_groups:
        return Extent(len(request.targets))
    counts = await asyncio.gather(*(_count(path, source, tools) for path, source in _counted(request)))
    holders, warnings = await _holders(request, tools)
    everybody = counts[-1] if request.scope.all_users else len(request.targets) + sum(counts) + holders
    return Extent(everybody, await _spared(request, tools), warnings)


def _counted(request: Request) -> list[tuple[str, Source]]:
    scope = request.scope
    groups = [(f"groups[{number}]", Source(Kind.GROUP, group)) for number, group in enumerate(scope.groups)]
    filters = [("filter", Source(Kind.FILTER, scope.filter))] if scope.filter else []
    return [*groups, *filters, *([("allUsers", Source(Kind.ALL))] if scope.all_users else [])]


async def _count(path: str, source: Source, tools: Tools) -> int:
    found = await tools.graph_listings.count(source)
    if isinstance(found, GraphAnswer):
        raise refusal(path, source, found)
    return found


async def _holders(request: Request, tools: Tools) -> tuple[int, tuple[str, ...]]:
    if not request.scope.roles:
        return 0, ()
    source = Source(Kind.ROLES, PRIVILEGED if PRIVILEGED in request.scope.roles else ",".join(request.scope.roles))
    found = await tools.graph_listings.role_holders(source.templates)
    if isinstance(found, GraphAnswer):
        raise refusal("roles", source, found)
    unknown = f"Nobody holds {enumerated(found.unknown)}: not activated in this tenant, or no role's template id."
    return len(found.ids), (unknown,) if found.unknown else ()


async def _spared(request: Request, tools: Tools) -> frozenset[str]:
    """Return both names of every member of the excluded groups."""
    names: set[str] = set()
    for number, group in enumerate(request.exclude_groups):
        path, source, cursor = f"exclude.groups[{number}]", Source(Kind.GROUP, group), None
        if len(names) / 2 + await _count(path, source, tools) > MOST_EXCLUDED:
            raise InvalidError(
                "The excluded groups are too large.", [(path, f"at most {MOST_EXCLUDED:,} members: write a filter")]
            )
        while True:
            page = await tools.graph_listings.page(source, cursor)
            if isinstance(page, GraphAnswer):
                raise refusal(path, source, page)
            names.update(name for seen in page.rows for name in seen.names)
            cursor = page.cursor
            if cursor is None:
                break
    return frozenset(names)


def refusal(path: str, source: Source, answer: GraphAnswer) -> ProblemError:
    """Return the error that says in the reader's words why a source cannot be listed."""
    if answer.passing:
        return UnavailableError("The directory cannot be asked now, so nothing was started.")
    if answer.status == 403:
        return ConflictError(f"The identity may not list {path}: grant {source.permission}, then come back.")
    if answer.status == 404:
        return InvalidError("The scope names nothing.", [(path, f"there is no {source.kind} {source.value}")])
    return InvalidError("Graph refuses the scope.", [(path, answer.message or reason_of(answer))])
