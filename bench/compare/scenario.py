"""What is played: the tenant, how many users, and what goes wrong."""

from dataclasses import dataclass, replace

DAY_RATE = 20  # writes a second, as documented; a faster one is the same tenant in faster time


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """One tenant and one task; `named` users are handed over by their ids, None asks for the whole tenant.

    `urgent` is how many single users are asked for meanwhile, one after another; `kill` ends the contestant without
    warning once half of the users are revoked, and starts it again. `by_name_only` scenarios take minutes, and are
    played where the command line names them.
    """

    name: str
    title: str
    users: int
    named: int | None = None
    latency_ms: float = 5
    burst: int = 3000
    rate: int = DAY_RATE
    faults: str = "none"
    guests: int = 0
    protected: int = 0
    urgent: int = 0
    kill: bool = False
    by_name_only: bool = False

    @property
    def size(self) -> int:
        """How many users are asked for."""
        return self.users + self.guests if self.named is None else self.named

    def at_most(self, users: int) -> "Scenario":
        """Return the scenario for fewer users, its burst in proportion.

        A quarter of the users with the whole burst would wait for less than a quarter of the time. Where no users are
        named the tenant itself shrinks, so that listing it and its external users stay in proportion.
        """
        if self.size <= users:
            return self
        burst = max(1, round(self.burst * users / self.size))
        if self.named is not None:
            return replace(self, named=users, burst=burst)
        protected = min(self.protected, users // 10)
        return replace(self, users=users, burst=burst, guests=0, protected=protected)


_FAST = {"users": 1_000, "burst": 150, "rate": 100}  # in proportion to 3,000 of 20,000 users

SCENARIOS = (
    Scenario(name="one", title="1 user, 100 ms latency", users=1_000, named=1, latency_ms=100),
    Scenario(name="twenty", title="20 users, 100 ms latency", users=1_000, named=20, latency_ms=100),
    Scenario(name="crowd", title="3,000 named users, 100 ms latency", users=3_400, named=3_000, latency_ms=100),
    Scenario(name="tenant", title="20,000 users, quota in a tenth of its time", users=20_000, rate=200),
    Scenario(name="day", title="20,000 users, quota at its own speed", users=20_000),
    Scenario(
        name="storm",
        title="20,000 users, quota in a quarter of its time, 2 % faults",
        users=20_000,
        rate=80,
        faults="hiccups",
        by_name_only=True,
    ),
    Scenario(
        name="death",
        title="20,000 users, quota in a tenth of its time, killed at half time and started again",
        users=20_000,
        rate=200,
        kill=True,
        by_name_only=True,
    ),
    Scenario(name="faults", title="1,000 users, quota in a fifth of its time, 2 % faults", faults="hiccups", **_FAST),
    Scenario(
        name="mixed", title="1,000 users, 5 % guests, 1 % protected", users=979, guests=21, protected=10, burst=1_000
    ),
    Scenario(name="urgent", title="1,000 users, five urgent requests meanwhile", urgent=5, **_FAST),
    Scenario(name="kill", title="1,000 users, killed at half time and started again", kill=True, **_FAST),
)
