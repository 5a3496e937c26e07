"""What the directory says about a request, as values that a decision can be made on. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from revoker.core.beside import Beside
from revoker.core.exclusion import Exclusions
from revoker.core.federation import Judgement
from revoker.core.plan import Finding
from revoker.core.request import Target
from revoker.core.revocation import Revocation
from revoker.core.rules import NamedAccounts
from revoker.core.tenant import Tenant


@dataclass(frozen=True, slots=True)
class Extent:
    """How many users a request is for at most, and the names of the members of each excluded group.

    ``uncounted`` are the parts of the scope that the directory refuses to count: ``expected`` is without them, and so
    the least number instead of the most.
    """

    expected: int = 0
    excluded_groups: Mapping[str, frozenset[str]] = field(default_factory=dict)
    uncounted: tuple[str, ...] = ()

    @property
    def spared(self) -> frozenset[str]:
        """The names of all members of excluded groups."""
        return frozenset[str]().union(*self.excluded_groups.values())

    def exceeds(self, number: int) -> bool:
        """Tell whether there may be more users than that; a number that is not known may always be more."""
        return self.expected > number or bool(self.uncounted)


@dataclass(frozen=True, slots=True)
class Passed:
    """How a request passed the gate.

    The ``sentences`` to keep, what was ``judged``, for a person to read, and the ``codes`` that were acknowledged.
    """

    sentences: tuple[str, ...] = ()
    judged: Judgement = field(default_factory=Judgement)
    codes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What was gathered before deciding.

    ``found`` are the named users that the directory knows or denies, ``excluded`` the excluded users, ``unchecked``
    those among them that were not looked up. ``revoked`` are revocations of ours, by object id. ``gate`` is what the
    gate saw and said when it let the request pass, ``names`` the display names of groups and roles by id,
    ``digest`` that of the body.
    """

    protected: NamedAccounts
    excluded: NamedAccounts
    found: Mapping[Target, Finding]
    extent: Extent
    unchecked: frozenset[str] = frozenset()
    revoked: Mapping[str, Revocation] = field(default_factory=dict)
    gate: Passed = Passed()
    tenant: Tenant = field(default_factory=Tenant)
    beside: Beside = field(default_factory=Beside)
    digest: str | None = None
    names: Mapping[str, str] = field(default_factory=dict)

    @property
    def exclusions(self) -> Exclusions:
        """What must meet a user of the run, else it is said."""
        return Exclusions(names=self.unchecked, groups=self.extent.excluded_groups)
