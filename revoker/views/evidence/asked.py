"""The users that a run asked for, as lines: in full, and in short where that does not fit on the first sheet. Pure."""

from collections.abc import Iterator, Mapping
from typing import cast

from revoker.views.line import Line

# What fits beside the other facts on one sheet of A4, landscape: a request may name 300 groups and roles, and write a
# filter of 1,000 characters.
_MOST_LINES = 6
_MOST_CHARACTERS = 360


def in_full(status: Line) -> tuple[str, ...]:
    """Return the scope of a run, a line for each group, role and filter."""
    return tuple(_lines(cast("Line", status["scope"])))


def in_short(status: Line) -> tuple[str, ...]:
    """Return the scope in full where it fits on the first sheet, else in numbers."""
    full = in_full(status)
    if fits(full):
        return full
    return (*_numbers(cast("Line", status["scope"])), "each by name: under The scope in full")


def fits(full: tuple[str, ...]) -> bool:
    """Return whether a scope fits on the first sheet."""
    return len(full) <= _MOST_LINES and sum(map(len, full)) <= _MOST_CHARACTERS


def _lines(scope: Line) -> Iterator[str]:
    names, excluded = _part(scope, "names"), _part(scope, "exclude")
    yield from _counted(scope, excluded)
    for kind, given in (("group", scope), ("role", scope), ("excluded group", excluded)):
        for one in _listed(given, kind):
            yield f"{kind} {names[one]} ({one})" if names.get(one) else f"{kind} {one}"
    if scope.get("filter"):
        yield f"filter {scope['filter']}"


def _numbers(scope: Line) -> Iterator[str]:
    excluded = _part(scope, "exclude")
    yield from _counted(scope, excluded)
    for kind, given in (("group", scope), ("role", scope), ("excluded group", excluded)):
        if _listed(given, kind):
            yield f"{kind}s: {len(_listed(given, kind)):,}"
    if scope.get("filter"):
        yield "a filter"


def _counted(scope: Line, excluded: Line) -> Iterator[str]:
    if scope.get("allUsers"):
        yield "every user of the tenant"
    if scope.get("users"):
        yield f"named users: {scope['users']:,}"
    if excluded.get("users"):
        yield f"excluded users: {excluded['users']:,}"


def _listed(given: Line, kind: str) -> list[str]:
    return cast("list[str]", given.get(f"{kind.removeprefix('excluded ')}s") or [])


def _part(scope: Line, name: str) -> Line:
    found = scope.get(name)
    return cast("Line", found) if isinstance(found, Mapping) else {}
