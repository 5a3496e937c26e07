"""A contestant's row, from the tenant's journal and its own word. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Truth:
    """Which users the tenant holds; ids, none of them in two sets. `urgent` users are asked for apart."""

    members: frozenset[str]
    guests: frozenset[str] = frozenset()
    protected: frozenset[str] = frozenset()
    urgent: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class ContestantRun:
    """What a contestant did on its own account; times in seconds since the epoch.

    `done` and `failed` are the ids that it reports, None where it reported nothing. `at_kill` is how many users were
    revoked when it was killed, and `left` what it goes on from. `waits` are the seconds from each urgent call to its
    receipt. `app_cpu` is the part of `cpu` that is no host's, where there is one.
    """

    began: float
    ended: float
    done: frozenset[str] | None
    failed: frozenset[str] = frozenset()
    cpu: float = 0.0
    app_cpu: float = 0.0
    megabytes: float = 0.0
    read_back: int = 0
    at_kill: int = 0
    left: str = ""
    waits: tuple[float, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line of the table; `factor` above 1 marks a time extrapolated from fewer users.

    `commit` is the revision that was measured, `call` the moment at which the command was called that measured it.
    """

    scenario: str
    contestant: str
    users: int
    factor: float = 1.0
    seconds: float | None = None
    until_end: float | None = None
    bound: float = 0.0
    requests: int = 0
    throttled: int = 0
    missed: int = 0
    unreported: int = 0
    twice: int = 0
    protected_touched: int = 0
    guests_done: int = 0
    read_back: int = 0
    at_kill: int = 0
    left: str = ""
    cpu: float = 0.0
    app_cpu: float = 0.0
    megabytes: float = 0.0
    waits: tuple[float, ...] = ()
    cannot: str = ""
    note: str = ""
    commit: str = ""
    call: str = ""

    @property
    def ratio(self) -> float | None:
        """The time over the token bucket's own bound; None where the bucket holds everything at once."""
        if self.seconds is None or self.bound < 1:
            return None
        return self.seconds / self.bound


def bound_of(writes: int, burst: float, rate: float, identities: int = 1) -> float:
    """Return the seconds that the quota alone takes: 20,000 after 3,000 at 400 a second are 42.5."""
    return max(0.0, (writes - burst * identities) / (rate * identities))


def judge(truth: Truth, journal: Mapping[str, Any], accepted: Mapping[str, int], ran: ContestantRun) -> dict[str, Any]:
    """Return the columns that the journal decides; `accepted` tells how often each user was revoked.

    A user is missed when no revocation of it was carried out. It is unreported when the contestant does not even name
    it as failed.
    """
    missed = {name for name in truth.members if not accepted.get(name)}
    scope = truth.members | truth.guests
    last = journal["lastAcceptedAt"] or ran.ended
    return {
        "seconds": last - ran.began,
        "until_end": ran.ended - ran.began,
        "requests": journal["requests"],
        "throttled": journal["statuses"].get("429", 0),
        "missed": len(missed),
        "unreported": len(missed - ran.failed),
        "twice": sum(accepted.get(name, 0) > 1 for name in scope),
        "protected_touched": sum(bool(accepted.get(name)) for name in truth.protected),
        "guests_done": len(truth.guests & (ran.done or frozenset())),
        "read_back": ran.read_back,
        "at_kill": ran.at_kill,
        "left": ran.left,
        "cpu": ran.cpu,
        "app_cpu": ran.app_cpu,
        "megabytes": ran.megabytes,
        "waits": ran.waits,
        "note": ran.note,
    }
