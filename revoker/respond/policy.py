"""What the use cases are told by settings, and the tools they share: one value, handed to each."""

from dataclasses import dataclass
from datetime import timedelta

from revoker.core.back_off import Patience
from revoker.core.pacing import Quota
from revoker.ports.clock import Clock
from revoker.ports.graph import GraphListings, GraphUsers
from revoker.ports.ledger import Ledger
from revoker.ports.outbox import Outbox
from revoker.ports.scans import Scans


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """The limits a stage keeps to; above ``approval_above`` users a second person must approve, 0 is never."""

    quota: Quota
    patience: Patience
    verify_delays: tuple[timedelta, ...]
    clock_skew: timedelta
    heal_after: timedelta
    approval_above: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Tools:
    """The outside, as the stages see it."""

    graph_users: GraphUsers
    graph_listings: GraphListings
    ledger: Ledger
    scans: Scans
    outbox: Outbox
    clock: Clock
    policy: Policy
