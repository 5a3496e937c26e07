"""Time and chance, so that tests decide both."""

from datetime import datetime
from typing import Protocol


class Clock(Protocol):
    """The time, and chance."""

    def now(self) -> datetime:
        """Return the moment, in UTC."""
        ...

    def jitter(self) -> float:
        """Return a random number in [0, 1)."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Wait for so many seconds."""
        ...
