"""What becomes of a queue message: the real host's decisions, as values.

Two of them surprise. A message that is not base64 never reaches a function: it goes to the poison queue as it is, and
there it is not base64 either, so that no function ever sees it. And a `-poison` queue has no poison queue behind it:
what fails there stays invisible until its lease ends, and after the maximum number of tries it is no longer handed out.
"""

import base64
import binascii
from dataclasses import dataclass
from enum import Enum, auto

POISON = "-poison"


class Fate(Enum):
    """What to do with a message."""

    INVOKE = auto()
    DELETE = auto()
    RELEASE = auto()
    POISON = auto()
    LEAVE = auto()


@dataclass(frozen=True, slots=True)
class Rule:
    """What one queue does with its messages."""

    queue: str
    max_dequeue_count: int

    @property
    def poison_queue(self) -> str | None:
        """Where messages go that cannot be processed; a poison queue has no such place."""
        return None if self.queue.endswith(POISON) else self.queue + POISON

    def on_arrival(self, dequeue_count: int, *, decoded: bool) -> Fate:
        """Decide before any function is called; a count above the maximum tells of earlier crashes."""
        if decoded and dequeue_count <= self.max_dequeue_count:
            return Fate.INVOKE
        return Fate.POISON if self.poison_queue else Fate.LEAVE

    def on_return(self, dequeue_count: int, *, raised: bool) -> Fate:
        """Decide after the function returned or raised."""
        if not raised:
            return Fate.DELETE
        if self.poison_queue is None:
            return Fate.LEAVE
        return Fate.POISON if dequeue_count >= self.max_dequeue_count else Fate.RELEASE


def decode(text: str, *, as_base64: bool) -> str | None:
    """Read a message's body; None where it is not what host.json says it is."""
    if not as_base64:
        return text
    try:
        return base64.b64decode(text, validate=True).decode()
    except (binascii.Error, ValueError):
        return None
