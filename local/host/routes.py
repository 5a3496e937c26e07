"""Which function answers a request: ASP.NET's routing, as far as the app's templates use it.

Segments compare without regard to case. Where several templates fit, a literal segment wins over a parameter and a
parameter over a catch-all, from left to right. A template that fits the path but not the method leaves the request to
the next one.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum
from typing import Self
from urllib.parse import unquote


class Kind(IntEnum):
    """What a segment of a template matches; the smaller wins."""

    LITERAL = 0
    PARAMETER = 1
    CATCH_ALL = 2


class TemplateError(ValueError):
    """A route template uses something this host does not know: constraints, defaults, optional or mixed segments."""


@dataclass(frozen=True, slots=True, order=True)
class Segment:
    """One part of a template between slashes."""

    kind: Kind
    name: str

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read one segment: `runs`, `{id}` or `{*path}`."""
        if "{" not in text and "}" not in text:
            return cls(Kind.LITERAL, unquote(text).casefold())
        name = text[1:-1]
        kind = Kind.CATCH_ALL if name.startswith("*") else Kind.PARAMETER
        name = name.removeprefix("*")
        if text != ("{*" if kind is Kind.CATCH_ALL else "{") + name + "}" or not name.isidentifier():
            raise TemplateError(f"{text!r}: {TemplateError.__doc__}")
        return cls(kind, name)


@dataclass(frozen=True, slots=True)
class Route:
    """One function's template and methods; no methods means any."""

    function: str
    segments: tuple[Segment, ...]
    methods: frozenset[str]

    @classmethod
    def parse(cls, function: str, template: str, methods: Iterable[str]) -> Self:
        """Read a template as a decorator states it."""
        segments = tuple(Segment.parse(part) for part in template.strip("/").split("/") if part)
        if any(segment.kind is Kind.CATCH_ALL for segment in segments[:-1]):
            raise TemplateError(f"{template!r}: a catch-all stands last.")
        return cls(function, segments, frozenset(method.upper() for method in methods))

    def fits(self, method: str, parts: list[str]) -> dict[str, str] | None:
        """Return the route parameters where method and path fit, else None."""
        if self.methods and method not in self.methods:
            return None
        found: dict[str, str] = {}
        for place, segment in enumerate(self.segments):
            if segment.kind is Kind.CATCH_ALL:
                return found | {segment.name: "/".join(parts[place:])}
            if place >= len(parts) or (segment.kind is Kind.LITERAL and parts[place].casefold() != segment.name):
                return None
            if segment.kind is Kind.PARAMETER:
                found[segment.name] = parts[place]
        return found if len(parts) == len(self.segments) else None


class RouteTable:
    """All routes of the app, the most particular first."""

    def __init__(self, routes: Iterable[Route]) -> None:
        self._routes = sorted(routes, key=lambda route: [segment.kind for segment in route.segments])

    def match(self, method: str, path: str) -> tuple[str, dict[str, str]] | None:
        """Name the function that answers, with its route parameters; the path is still percent-encoded."""
        parts = [unquote(part) for part in path.strip("/").split("/")] if path.strip("/") else []
        for route in self._routes:
            parameters = route.fits(method.upper(), parts)
            if parameters is not None:
                return route.function, parameters
        return None
