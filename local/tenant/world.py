"""The values every answer is made from: what there is, and what was asked."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from local.tenant.directory import Directory
from local.tenant.federation import Federation
from local.tenant.memberships import Memberships
from local.tenant.odata.address import Address
from local.tenant.odata.paging import Cursors
from local.tenant.quirks import Quirks
from local.tenant.returns import Returns
from local.tenant.sessions import Sessions


@dataclass
class World:
    """What there is."""

    directory: Directory
    sessions: Sessions
    cursors: Cursors
    memberships: Memberships
    federation: Federation
    returns: Returns
    quirks: Quirks = field(default_factory=Quirks)


@dataclass(frozen=True, slots=True)
class Call:
    """One operation on Graph: from a request of its own, or an item of a batch.

    `path` is what follows `/v1.0/`, still percent-encoded; `root` is everything up to there, for the links in answers.
    """

    method: str
    path: str
    address: Address
    headers: Mapping[str, str]
    root: str
    grants: frozenset[str]
    now: float

    @property
    def advanced(self) -> bool:
        """Whether it asks for an advanced query (`aad-advanced-queries`)."""
        # The header and `$count=true` together; either alone makes a plain query.
        return self.eventual and self.address.options.get("$count", "").lower() == "true"

    @property
    def eventual(self) -> bool:
        """Whether it accepts answers from the eventually consistent index."""
        return self.headers.get("consistencylevel", "").lower() == "eventual"

    @property
    def location(self) -> str:
        """The absolute address without its options."""
        return f"{self.root}/{self.path.partition('?')[0].strip('/')}"
