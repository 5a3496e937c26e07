"""What the directory says about a request, as values that a decision can be made on. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass

from revoker.core.plan import Finding
from revoker.core.request import Target
from revoker.core.rules import NamedAccounts


@dataclass(frozen=True, slots=True)
class Extent:
    """How many users a request is for at most, the names of excluded groups' members, and warnings about the scope.

    ``uncounted`` are the parts of the scope that the directory refuses to count: ``expected`` is without them, and so
    the least number instead of the most.
    """

    expected: int = 0
    spared: frozenset[str] = frozenset()
    warnings: tuple[str, ...] = ()
    uncounted: tuple[str, ...] = ()

    def exceeds(self, number: int) -> bool:
        """Tell whether there may be more users than that; a number that is not known may always be more."""
        return self.expected > number or bool(self.uncounted)


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What was gathered before deciding.

    ``found`` are the named users that the directory knows or denies, ``excluded`` the excluded users and the members of
    excluded groups, ``gate`` the sentences with which the gate let the request pass.
    """

    protected: NamedAccounts
    excluded: NamedAccounts
    found: Mapping[Target, Finding]
    extent: Extent
    gate: tuple[str, ...] = ()
