"""What a filter means: conditions on one thing's properties, and which may be asked.

Facts: `aad-advanced-queries` (what needs an advanced query; at most 15 alternatives), `user` (which property takes
which operator). Comparison of text ignores case.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

type Reader = Callable[[str], Any]
type Literal = str | bool | None


@dataclass(frozen=True, slots=True)
class Field:
    """What a property may be asked: plain operators, and those that need an advanced query."""

    plain: frozenset[str] = frozenset({"eq", "in", "startswith"})
    advanced: frozenset[str] = frozenset({"ne", "not"})
    flag: bool = False


@dataclass(frozen=True, slots=True)
class Condition:
    """A filter, understood. `lookup` names values that a match must have one of, where an index may help."""

    holds: Callable[[Reader], bool]
    advanced: bool = False
    alternatives: int = 1
    lookup: tuple[str, tuple[str, ...]] | None = None


def any_of(parts: list[Condition]) -> Condition:
    """Hold when one of the parts does."""
    tests = [part.holds for part in parts]
    return Condition(
        lambda read: any(test(read) for test in tests),
        any(part.advanced for part in parts),
        sum(part.alternatives for part in parts),
    )


def all_of(parts: list[Condition]) -> Condition:
    """Hold when every part does."""
    tests = [part.holds for part in parts]
    return Condition(
        lambda read: all(test(read) for test in tests),
        any(part.advanced for part in parts),
        max(part.alternatives for part in parts),
        next((part.lookup for part in parts if part.lookup), None),
    )


def negated(inner: Condition) -> Condition:
    """Hold when the other does not: only advanced queries may ask so."""
    return Condition(lambda read: not inner.holds(read), advanced=True, alternatives=inner.alternatives)


def compared(name: str, operator: str, value: Literal, *, advanced: bool) -> Condition:
    """Compare by `eq`, `ne`, `startswith` or `endswith`; to ask for nothing (`null`) is advanced."""
    if operator == "startswith":
        return Condition(lambda read: str(read(name) or "").lower().startswith(str(value).lower()), advanced)
    if operator == "endswith":
        return Condition(lambda read: str(read(name) or "").lower().endswith(str(value).lower()), advanced)
    if operator == "ne":
        return Condition(lambda read: not _same(read(name), value), advanced)
    lookup = (name, (value,)) if isinstance(value, str) else None
    return Condition(lambda read: _same(read(name), value), advanced or value is None, 1, lookup)


def one_of(name: str, values: list[str], *, advanced: bool) -> Condition:
    """Be one of several values: each counts as an alternative."""
    wanted = frozenset(value.lower() for value in values)
    return Condition(lambda read: str(read(name)).lower() in wanted, advanced, len(values), (name, tuple(values)))


def _same(value: object, literal: Literal) -> bool:
    if isinstance(value, str) and isinstance(literal, str):
        return value.lower() == literal.lower()
    return value is literal
