"""The scheduled sweeps."""

from collections.abc import Callable
from typing import Protocol

from revoker.core.sweep import Sweep


class Sweeps(Protocol):
    """One row a sweep."""

    async def add(self, sweep: Sweep) -> bool:
        """Insert a sweep; False where its id exists; raises InvalidError for one too large for a row."""
        ...

    async def all(self) -> tuple[Sweep, ...]:
        """Return every sweep that can be read, in the order of their ids."""
        ...

    async def get(self, sweep: str) -> Sweep | None:
        """Return a sweep; raises UnreadableError for a row that cannot be read."""
        ...

    async def update(self, sweep: str, change: Callable[[Sweep], Sweep]) -> Sweep:
        """Apply a pure change by compare-and-swap; raises KeyError without such a sweep."""
        ...

    async def remove(self, sweep: str) -> None:
        """Delete a sweep, readable or not; deleting one that is not there changes nothing."""
        ...
