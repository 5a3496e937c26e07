"""Recorded payloads, spoilt: pieces dropped, retyped, recased, doubled, nested, swapped, and hostile texts put in."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from hypothesis import strategies as st
from support.hostile import HOSTILE
from support.strategies import JSON

from revoker.intake.call import MOST_BYTES

EVENTS = Path(__file__).parents[1] / "events" / "sentinel"
SAMPLES = [
    json.loads(text)
    for path in sorted(EVENTS.glob("*.json"))
    if path.name != "expected.json" and (text := path.read_bytes().strip())
]
SPOILT = st.sampled_from(HOSTILE) | JSON | st.integers(-(10**30), 10**30)
Path_ = tuple[Any, ...]


def places(value: object, at: Path_ = ()) -> Iterator[Path_]:
    """Yield the way to every part of a payload."""
    yield at
    if isinstance(value, dict | list):
        for key, inner in value.items() if isinstance(value, dict) else enumerate(value):
            yield from places(inner, (*at, key))


def changed(value: Any, at: Path_, change: Callable[[Any], Any]) -> Any:  # noqa: ANN401 - JSON
    """Return a payload with one part changed."""
    if not at:
        return change(value)
    made = dict(value) if isinstance(value, dict) else list(value)
    made[at[0]] = changed(made[at[0]], at[1:], change)
    return made


def drop(parent: Any, key: Any) -> Any:  # noqa: ANN401 - JSON
    """Return an object or a list without one of its parts."""
    if isinstance(parent, dict):
        return {name: inner for name, inner in parent.items() if name != key}
    return [inner for place, inner in enumerate(parent) if place != key]


def recase(parent: Any, key: Any) -> Any:  # noqa: ANN401 - JSON
    """Return an object that has a part twice, under a key in another case; a list that has an item twice."""
    if isinstance(parent, dict):
        return {**parent, key.swapcase(): parent[key]}
    return [*parent, parent[key]]


def recased(parent: Any, key: Any) -> Any:  # noqa: ANN401 - JSON
    """Return an object with one of its keys in capitals."""
    if isinstance(parent, dict):
        return {name.upper() if name == key else name: inner for name, inner in parent.items()}
    return parent[::-1]


ON_PARENT = (drop, recase, recased)
ON_PART = (
    lambda part: [part],
    lambda part: {"properties": part, "value": [part]},
    json.dumps,
    lambda part: [part] * 50,
    lambda _: None,
)


@st.composite
def payloads(draw: st.DrawFn) -> bytes:
    """Draw a payload with up to six mutations; now and then its bytes are spoilt as well."""
    made = draw(st.sampled_from(SAMPLES))
    for _ in range(draw(st.integers(0, 6))):
        at = draw(st.sampled_from(list(places(made))[:2000]))
        kind = draw(st.integers(0, 9))
        if kind < 3 and at:
            made = changed(made, at[:-1], lambda parent, key=at[-1], do=ON_PARENT[kind]: do(parent, key))
        elif kind < 6:
            made = changed(made, at, draw(st.sampled_from(ON_PART)))
        else:
            new = draw(SPOILT)
            made = changed(made, at, lambda _, new=new: new)
    body = json.dumps(made).encode()[: MOST_BYTES + 1]
    if draw(st.integers(0, 19)) == 0:
        levels = draw(st.integers(1, 11_000))  # what json still reads and no longer writes lies at some 9,990
        body = b'{"Accounts": [%s], "deep": %s}' % (body or b"1", b"[" * levels + b"]" * levels)
    return draw(bytes_spoilt(body)) if draw(st.integers(0, 9)) == 0 else body


@st.composite
def bytes_spoilt(draw: st.DrawFn, body: bytes) -> bytes:
    """Draw the bytes with a piece cut out, doubled, or replaced by what is no UTF-8."""
    start = draw(st.integers(0, len(body)))
    end = draw(st.integers(start, min(len(body), start + 40)))
    return body[:start] + draw(st.sampled_from([b"", b"\xff\xfe", b"\x00", body[start:end] * 2])) + body[end:]
