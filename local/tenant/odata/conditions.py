"""What a filter means: conditions on one thing's properties, and which may be asked.

Facts: `aad-advanced-queries` (what needs an advanced query; at most 15 alternatives), `user` (which property takes
which operator). Comparison of text ignores case.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

type Reader = Callable[[str], Any]
type Test = Callable[[Reader], bool]
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

    holds: Test
    advanced: bool = False
    alternatives: int = 1
    lookup: tuple[str, tuple[str, ...]] | None = None


def either(one: Condition, other: Condition) -> Condition:
    """Hold when one of two conditions does."""
    # No look-up: a match of one need not have the values of the other.
    return Condition(
        lambda read: one.holds(read) or other.holds(read),
        one.advanced or other.advanced,
        one.alternatives + other.alternatives,
    )


def both(one: Condition, other: Condition) -> Condition:
    """Hold when two conditions do."""
    # Either look-up narrows the search enough; the conditions are tested on what it finds.
    return Condition(
        lambda read: one.holds(read) and other.holds(read),
        one.advanced or other.advanced,
        max(one.alternatives, other.alternatives),
        one.lookup or other.lookup,
    )


def negated(inner: Condition) -> Condition:
    """Hold when another condition does not; only advanced queries may ask so."""
    return Condition(lambda read: not inner.holds(read), advanced=True, alternatives=inner.alternatives)


def compared(name: str, operator: str, value: Literal, *, advanced: bool) -> Condition:
    """Compare by `eq`, `ne`, `startswith` or `endswith`; a comparison with `null` is advanced."""
    if operator == "startswith":
        return Condition(lambda read: _text(read(name)).startswith(_text(value)), advanced)
    if operator == "endswith":
        return Condition(lambda read: _text(read(name)).endswith(_text(value)), advanced)
    if operator == "ne":
        return Condition(lambda read: not _same(read(name), value), advanced)
    if isinstance(value, str):
        return Condition(lambda read: _same(read(name), value), advanced, 1, (name, (value,)))
    return Condition(lambda read: _same(read(name), value), advanced or value is None)


def one_of(name: str, values: list[str], *, advanced: bool) -> Condition:
    """Be one of several values: each counts as an alternative."""
    wanted = frozenset(map(str.lower, values))
    return Condition(lambda read: str(read(name)).lower() in wanted, advanced, len(values), (name, tuple(values)))


def _text(value: object) -> str:
    return str(value or "").lower()


def _same(value: object, literal: Literal) -> bool:
    if isinstance(value, str) and isinstance(literal, str):
        return value.lower() == literal.lower()
    return value is literal
