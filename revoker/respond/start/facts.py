"""What the directory says about a request, as values that a decision can be made on. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from revoker.core.exclusion import Exclusions
from revoker.core.federation import Judgement
from revoker.core.plan import Finding
from revoker.core.related_runs import RelatedRuns
from revoker.core.request import Target
from revoker.core.revocation import Revocation
from revoker.core.rules import NamedAccounts
from revoker.core.tenant import Tenant


@dataclass(frozen=True, slots=True)
class Extent:
    """How many users a request is for at most, and the names of the members of each excluded group.

    ``uncounted`` are the parts of the scope that the directory refuses to count. With such a part ``expected`` is the
    least number of users, and no longer the most.
    """

    expected: int = 0
    excluded_groups: Mapping[str, frozenset[str]] = field(default_factory=dict)
    uncounted: tuple[str, ...] = ()

    @property
    def spared(self) -> frozenset[str]:
        """The names of all members of excluded groups."""
        return frozenset[str]().union(*self.excluded_groups.values())

    def exceeds(self, number: int) -> bool:
        """Tell whether there may be more users than that; where a part was not counted there always may."""
        return self.expected > number or bool(self.uncounted)


@dataclass(frozen=True, slots=True)
class Passed:
    """How a request passed the gate.

    ``sentences`` are kept on the run, ``judged`` is for a person to read, ``codes`` are those that were acknowledged.
    """

    sentences: tuple[str, ...] = ()
    judged: Judgement = field(default_factory=Judgement)
    codes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What was gathered before deciding.

    ``found`` is what the directory says about the named users, ``excluded`` are the excluded accounts, ``unchecked``
    those among them that were not looked up. ``revoked`` are revocations by earlier runs, by object id. ``gate`` is
    what the gate saw and said when it let the request pass, ``related`` are earlier runs to tell the caller of,
    ``names`` the display names of groups and roles by id, ``digest`` that of the body.
    """

    protected: NamedAccounts
    excluded: NamedAccounts
    found: Mapping[Target, Finding]
    extent: Extent
    unchecked: frozenset[str] = frozenset()
    revoked: Mapping[str, Revocation] = field(default_factory=dict)
    gate: Passed = Passed()
    tenant: Tenant = field(default_factory=Tenant)
    related: RelatedRuns = field(default_factory=RelatedRuns)
    digest: str | None = None
    names: Mapping[str, str] = field(default_factory=dict)

    @property
    def exclusions(self) -> Exclusions:
        """The exclusions of which the run warns if they spare no user."""
        return Exclusions(names=self.unchecked, groups=self.extent.excluded_groups)
