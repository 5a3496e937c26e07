"""A dry run that is applied: the new run revokes the users that it planned, and leaves out users that came since."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class AppliedPlan:
    """The dry run's id, its scope as its status shows it, and the fingerprints of the accounts that it excluded.

    ``planned``: how many users it planned, and so how many the new run revokes at most, unless newcomers come on top.
    """

    run: str
    scope: Mapping[str, object]
    planned: int = 0
    include_new: bool = False
    excluded: frozenset[bytes] = frozenset()

    @property
    def most_users(self) -> int | None:
        """How many users the new run revokes at most; None where newcomers come on top, and only a count can tell."""
        return None if self.include_new else self.planned
