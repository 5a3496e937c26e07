"""What the settings tell the use cases, and the ports that an entry point is given."""

from dataclasses import dataclass
from datetime import timedelta

from revoker.core.back_off import Patience
from revoker.core.pool import Pool
from revoker.ports.clock import Clock
from revoker.ports.graph import GraphListings, GraphUsers
from revoker.ports.ledger import Ledger
from revoker.ports.outbox import Outbox
from revoker.ports.scans import Scans


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """The limits that the use cases keep to.

    ``pool``: the identities that revoke, and their write quotas.
    ``patience`` is for how long, and how often, one user is tried.
    ``verify_delays`` are the waits before each check of a revocation, in order. ``clock_skew`` is how far the clocks of
    a worker and of the directory may differ. A batch or scan is healed when its last sign of life is longer ago than
    ``heal_after``. A run over more than ``approval_above`` users needs a second person's approval; 0 is never. One
    caller may have ``caller_slots`` named users waiting for their slots.
    """

    pool: Pool
    patience: Patience
    verify_delays: tuple[timedelta, ...]
    clock_skew: timedelta
    heal_after: timedelta
    approval_above: int = 0
    caller_slots: int = 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Tools:
    """Every port, for the entry points that triggers and routes call. Below them a function takes the ports it uses.

    ``tests/unit/respond/test_signatures.py`` holds which functions may take it.
    """

    graph_users: GraphUsers
    graph_listings: GraphListings
    ledger: Ledger
    scans: Scans
    outbox: Outbox
    clock: Clock
    policy: Policy
