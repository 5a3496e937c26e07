"""A part of a listing."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Page[T]:
    """Some rows, and the opaque cursor of the next page; None after the last one."""

    rows: tuple[T, ...]
    cursor: str | None
