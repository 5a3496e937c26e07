"""Notice a listing that leads back to itself, with one earlier link in memory (Brent's cycle detection).

Graph was seen to give out links to pages that it had shown before (docs/graph-facts.md#listing-users). A scan that
followed them would plan for ever, nine pages a second.
"""

from dataclasses import dataclass
from hashlib import blake2b


@dataclass(frozen=True, slots=True)
class Landmark:
    """The digest of an earlier link. It is ``age`` pages old, and is replaced when it is ``kept_for`` pages old.

    Landmarks are kept for 1, 2, 4, 8 … pages. A listing that goes in a circle of 100 pages from its start is noticed at
    link 227, where landmark 127 comes again; one that does so after 1,100 pages, at link 2,147.
    """

    link: str = ""
    age: int = 0
    kept_for: int = 1

    def passed(self, link: str) -> "Landmark":
        """Return the landmark after one more link was followed."""
        if self.age + 1 < self.kept_for:
            return Landmark(self.link, self.age + 1, self.kept_for)
        return Landmark(_digest(link), 0, 2 * self.kept_for)

    def is_at(self, link: str) -> bool:
        """Whether a link leads to the landmark."""
        return _digest(link) == self.link


def _digest(link: str) -> str:
    """Return sixteen bytes for a link, which may be thousands of characters long."""
    return blake2b(link.encode(), digest_size=16).hexdigest()
