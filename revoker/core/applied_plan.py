"""A dry run that is applied: the new run revokes the users that it planned, and leaves out users that came since."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class AppliedPlan:
    """The dry run's id (``run``), and its scope as its status shows it.

    ``planned`` is how many users it planned. With ``include_new`` users that came since are revoked too. ``excluded``
    are the fingerprints of the accounts that the dry run excluded.
    """

    run: str
    scope: Mapping[str, object]
    planned: int = 0
    include_new: bool = False
    excluded: frozenset[bytes] = frozenset()

    @property
    def most_users(self) -> int | None:
        """How many users the new run revokes at most; None with newcomers, which only a count can tell."""
        return None if self.include_new else self.planned
