"""Which function answers a request: the first in order of function names, if its route and methods fit.

The real host adds its routes sorted by function name and takes the first that matches, not the most particular one
(azure-functions-host: FunctionMetadataManager sorts, WebScriptHostHttpRoutesManager adds; issues 9876 and 3153 ask for
more). So a catch-all must stand last by its *function's name*. Two functions and one path::

    all_else    runs/{*rest}    answers GET /runs/7, although read_run fits better
    read_run    runs/{id}       is never reached

Segments compare without regard to case. A route that fits the path but not the method leaves the request to the next.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum, auto
from typing import Self
from urllib.parse import unquote


class Kind(Enum):
    """What a segment of a template matches."""

    LITERAL = auto()
    PARAMETER = auto()
    CATCH_ALL = auto()


class TemplateError(ValueError):
    """A route template uses something this host does not know: constraints, defaults, optional or mixed segments."""


@dataclass(frozen=True, slots=True)
class Segment:
    """One part of a template between slashes."""

    kind: Kind
    name: str

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read one segment: `runs`, `{id}` or `{*path}`."""
        if "{" not in text and "}" not in text:
            return cls(Kind.LITERAL, unquote(text).casefold())
        found = re.fullmatch(r"\{(\*?)([A-Za-z_]\w*)\}", text)
        if found is None:
            raise TemplateError(f"{text!r}: {TemplateError.__doc__}")
        if found[1]:
            return cls(Kind.CATCH_ALL, found[2])
        return cls(Kind.PARAMETER, found[2])

    @property
    def is_parameter(self) -> bool:
        """Whether it gives its part of the path a name."""
        return self.kind is Kind.PARAMETER

    def takes(self, part: str) -> bool:
        """Whether it fits one part of a path; a parameter takes anything but nothing, as in /runs//result."""
        if self.is_parameter:
            return bool(part)
        return part.casefold() == self.name


@dataclass(frozen=True, slots=True)
class Route:
    """One function's template and methods; no methods means any."""

    function: str
    segments: tuple[Segment, ...]
    methods: frozenset[str]

    @classmethod
    def parse(cls, function: str, template: str, methods: Iterable[str]) -> Self:
        """Read a template as a decorator states it."""
        segments: list[Segment] = []
        for part in filter(None, template.split("/")):
            if segments and segments[-1].kind is Kind.CATCH_ALL:
                raise TemplateError(f"{template!r}: a catch-all stands last.")
            segments.append(Segment.parse(part))
        return cls(function, tuple(segments), frozenset(map(str.upper, methods)))

    def fits(self, method: str, parts: list[str]) -> dict[str, str] | None:
        """Return the route parameters where method and path fit, else None; an empty catch-all is left out."""
        if self.methods and method not in self.methods:
            return None
        fixed = [segment for segment in self.segments if segment.kind is not Kind.CATCH_ALL]
        found, rest = parts[: len(fixed)], "/".join(parts[len(fixed) :])
        if not (len(found) == len(fixed) and all(map(Segment.takes, fixed, found))):
            return None
        parameters: dict[str, str] = {}
        for segment, part in zip(fixed, found, strict=True):
            if segment.is_parameter:
                parameters[segment.name] = part
        if rest:
            if len(fixed) == len(self.segments):
                return None
            parameters[self.segments[-1].name] = rest
        return parameters


class RouteTable:
    """All routes of the app, in the order in which they are tried."""

    def __init__(self, routes: Iterable[Route]) -> None:
        self._routes = sorted(routes, key=lambda route: order(route.function))

    def match(self, method: str, path: str) -> tuple[str, dict[str, str]] | None:
        """Name the function that answers, with its route parameters; the path is still percent-encoded."""
        inner = path.removeprefix("/").removesuffix("/")
        parts = [_decode(part) for part in inner.split("/") if inner]
        for route in self._routes:
            parameters = route.fits(method.upper(), parts)
            if parameters is not None:
                return route.function, parameters
        return None


def order(function: str) -> str:
    """Return what the host sorts functions by: .NET's OrdinalIgnoreCase, so that `_` comes behind every letter."""
    return function.upper()


def _decode(part: str) -> str:
    """Decode a segment as ASP.NET does: everything but `%2F`, which would become a slash."""
    return unquote(re.sub("%(2f)", r"%25\1", part, flags=re.IGNORECASE))
