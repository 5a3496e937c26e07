"""The page as the API last had it: asked for again when a browser wants it and it is old enough."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field

_FRESH = 4.0  # seconds for which a page is shown again; the browser asks every five
# A page over 100,000 users takes the app seconds to make: a tenth of its time at most goes into watching.
_REST = 10.0


@dataclass(slots=True)
class Source:
    """Fetches the page; safe to ask from several threads, of which one fetches at a time."""

    fetch: Callable[[], str]
    clock: Callable[[], float]
    text: str = ""
    ended: bool = False
    file: str = ""
    last_seen: threading.Event = field(default_factory=threading.Event)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _good_until: float = float("-inf")

    def page(self) -> str:
        """Return the page, new or recent; raises StopError where the API does not answer."""
        with self._lock:
            begun = self.clock()
            if not self.ended and begun >= self._good_until:
                self.text = self.fetch()
                took = self.clock() - begun
                self._good_until = self.clock() + max(_FRESH, _REST * took)
            if self.ended:
                self.last_seen.set()
            return self.text

    def end(self, text: str, file: str) -> None:
        """Show this page from now on: the evidence, and the file that it was saved as."""
        with self._lock:
            self.text, self.file, self.ended = text, file, True
