"""A dry run that is applied: the new run revokes the users that it planned, and leaves out who came since."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class AppliedPlan:
    """The dry run's id, its scope as its status shows it, and the fingerprints of the accounts that it excluded."""

    run: str
    scope: Mapping[str, object]
    include_new: bool = False
    excluded: frozenset[bytes] = frozenset()
