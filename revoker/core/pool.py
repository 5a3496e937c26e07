"""Several identities under one tenant: each has a write quota of its own, and the tenant has one for all of them.

Graph gives one application 3,000 writes at once and then 20 a second; the tenant's own limit is 18,000 and 60 for all
of its applications together (docs/graph-facts.md#throttling). So three identities write 9,000 at once and then 54 a
second, where nine tenths of the tenant's limit are ours. A slot is the later of two: that of the identity whose bucket
is full again first, and that of the tenant. With one identity the tenant's limit is out of reach and is not asked.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from revoker.core.pacing import Pace, Quota

# The one identity of a deployment that names none; rows from before there was a pool name none either.
UNNAMED = ""
ASK_AGAIN_AFTER = 900.0
MOST_IDENTITIES = 10


@dataclass(frozen=True, slots=True)
class Pool:
    """The client ids of the identities, in order, and their limits.

    ``quota`` is what each of them may write, ``tenant`` our part of what all applications of the tenant may write. The
    first identity reads and lists; all revoke.
    """

    quota: Quota
    tenant: Quota
    identities: tuple[str, ...] = (UNNAMED,)

    @property
    def first(self) -> str:
        """The identity that reads and lists."""
        return self.identities[0]

    @property
    def is_shared(self) -> bool:
        """Whether the pool has several identities, so that there is a choice and the tenant's limit is in reach."""
        return len(self.identities) > 1

    @property
    def together(self) -> Quota:
        """What all identities together may write: the sum of their quotas, under our part of the tenant's."""
        if not self.is_shared:
            return self.quota
        size = len(self.identities)
        burst = min(size * self.quota.burst, self.tenant.burst)
        return Quota(burst, min(size * self.quota.rate, self.tenant.rate), self.quota.reserve)

    @property
    def writes_per_second(self) -> float:
        """What the pool writes a second in the long run."""
        return self.together.rate

    @property
    def alone(self) -> "Pool":
        """The pool of the first identity alone."""
        return Pool(self.quota, self.tenant, self.identities[:1])

    def name(self, identity: str) -> str:
        """Return the identity that a row names; one that names none was written for the first."""
        return identity or self.first

    def tenant_share(self, share: float) -> float:
        """Return the share (0-1) of the tenant's bucket that leaves as many writes free as one identity does.

        The whole pool leaves as much free as one identity alone would, and one of its identities leaves all of it.
        """
        # One identity that uses 0.9 of 3,000 leaves 300 writes. Of the tenant's 16,200 all but 300 are used: 0.981.
        free = (1.0 - share) * self.quota.burst
        return max(0.0, 1.0 - free / self.tenant.burst)


@dataclass(frozen=True, slots=True)
class SetAside:
    """Why an identity gets no batches, and until when (seconds since the epoch); then it is asked again."""

    reason: str
    until: float


@dataclass(frozen=True, slots=True)
class Paces:
    """The state of the pool: a pace for each identity, one for the tenant, and the identities that are set aside.

    ``suspects`` are identities that Graph refused for a whole batch, each with the moment until which one batch finds
    out with another identity whether the users were the reason. All of it is one row and changed as one value, so that
    a batch takes from both buckets or from none.
    """

    of: Mapping[str, Pace] = field(default_factory=dict)
    tenant: Pace = field(default_factory=Pace)
    aside: Mapping[str, SetAside] = field(default_factory=dict)
    suspects: Mapping[str, float] = field(default_factory=dict)

    def among(self, pool: Pool) -> dict[str, Pace]:
        """Return the pace of each identity of a pool, those of former members too; a new member's bucket is full."""
        paces = {identity: self.of.get(identity, Pace()) for identity in pool.identities}
        # A deployment that had one unnamed identity, or a row of before: that pace is the first identity's.
        if UNNAMED in self.of and pool.first not in self.of:
            paces[pool.first] = self.of[UNNAMED]
        kept = {identity: pace for identity, pace in self.of.items() if identity != UNNAMED}
        return {**kept, **paces}

    def of_identity(self, identity: str, pool: Pool) -> Pace:
        """Return the pace of an identity."""
        return self.among(pool).get(pool.name(identity), Pace())

    def is_aside(self, identity: str, now: float) -> bool:
        """Whether an identity is set aside at a moment."""
        return identity in self.aside and now < self.aside[identity].until

    def usable(self, pool: Pool, now: float) -> tuple[str, ...]:
        """Return the identities that may get batches: those that are not set aside, or all where none is left."""
        left = tuple(identity for identity in pool.identities if not self.is_aside(identity, now))
        return left or pool.identities
