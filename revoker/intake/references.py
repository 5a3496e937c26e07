"""Entities that point at one another: ``{"$ref": "5"}`` stands for the object written out with ``"$id": "5"``.

Newtonsoft's serialiser writes an object once, at the first place, which may be inside another entity
(docs/graph-facts.md#sentinel-and-defender).
"""

from collections.abc import Iterator
from typing import Any


def resolved(items: list[Any], body: object) -> Iterator[Any]:
    """Yield the items of a list, each once, with references replaced by what they point at.

    A reference to an object that is not in the list or the body comes as it is.
    """
    # Alerts of one incident number their entities each by itself, so the list is searched before the whole body.
    near = _ids_in(items)
    far: dict[str, Any] | None = None
    yielded: set[str] = set()
    for item in items:
        pointer = reference(item)
        if pointer is not None and pointer not in near and far is None:
            far = _ids_in(body)
        if pointer is not None:
            item = near.get(pointer) or (far or {}).get(pointer) or item  # noqa: PLW2901 - what the item stands for
        # [{"$id": "4", …}, {"$ref": "4"}] is one account, which is mentioned twice.
        name = pointer or _id_of(item)
        if name is None or name not in yielded:
            yield item
        if name is not None:
            yielded.add(name)


def reference(item: object) -> str | None:
    """Return the id that an item points at, or None."""
    return _key(item, "$ref")


def _id_of(item: object) -> str | None:
    return _key(item, "$id")


def _key(item: object, key: str) -> str | None:
    if not isinstance(item, dict):
        return None
    for name, value in item.items():
        if str(name).lower() == key and isinstance(value, str | int) and str(value):
            return str(value)
    return None


def _ids_in(value: object) -> dict[str, Any]:
    """Return every object inside a value by its ``$id``; an id that stands twice tells nothing, so it is left out."""
    found: dict[str, Any] = {}
    twice: set[str] = set()
    left = [value]
    while left:
        part = left.pop()
        if isinstance(part, dict):
            name = _id_of(part)
            if name in found:
                twice.add(name)
            elif name is not None and reference(part) is None:
                found[name] = part
            left.extend(part.values())
        elif isinstance(part, list):
            left.extend(part)
    return {name: part for name, part in found.items() if name not in twice}
