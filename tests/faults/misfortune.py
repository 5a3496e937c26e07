"""What can go wrong, as values: each says what happens, and when; `stage.py` makes it happen."""

from dataclasses import dataclass
from random import Random

from identities import IdentityTrouble

POINTS = (
    *(("graph_users.revoke", "after"), ("ledger.update_batch", "before"), ("ledger.update_batch", "after")),
    *(("outbox.send", "before"), ("outbox.send", "after"), ("ledger.open_run", "before"), ("ledger.open_run", "after")),
    *(("ledger.claim", "after"), ("graph_users.read", "after"), ("ledger.update_run", "before")),
    *(("ledger.update_run", "after"), ("ledger.move_paces", "after")),
    *(
        ("scans.open", "after"),
        ("scans.commit_step", "before"),
        ("scans.commit_step", "after"),
        ("scans.commit_step", "after"),
    ),
    *(
        ("scans.keep_fingerprints", "after"),
        ("scans.update", "after"),
        ("graph_listings.page", "after"),
        ("graph_listings.role_holders", "after"),
    ),
)


@dataclass(frozen=True, slots=True)
class Doom:
    """The host dies at its ``nth`` passage of a point in the code, ``times`` times in a row."""

    point: str
    when: str
    nth: int
    times: int = 1

    @property
    def scans(self) -> bool:
        """Whether only a run that lists the directory passes there."""
        return self.point.startswith(("scans.", "graph_listings."))


@dataclass(frozen=True, slots=True)
class Kill:
    """The host is killed so many seconds after the start, wherever it is."""

    at: float


@dataclass(frozen=True, slots=True)
class Freeze:
    """The host stands still, keeps its connections, and goes on after its messages' leases have ended."""

    at: float
    seconds: float


@dataclass(frozen=True, slots=True)
class Outage:
    """Storage stops, keeps its data, and comes back."""

    at: float
    seconds: float


@dataclass(frozen=True, slots=True)
class Trouble:
    """The tenant has a fault profile for a while."""

    profile: str
    seed: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Answers:
    """The tenant's next matching answers go wrong in one exact way."""

    match: str
    times: int
    status: int | None = None
    retry_after: str | None = None
    delay_ms: int = 0
    reset: bool = False
    truncate: bool = False
    drop: bool = False
    execute: bool = True


@dataclass(frozen=True, slots=True)
class Mail:
    """Queues lose, double and delay messages; late ones overtake each other."""

    seed: int
    lost: float = 0.0
    twice: float = 0.0
    late: float = 0.0


@dataclass(frozen=True, slots=True)
class Skew:
    """The host's clock is wrong by so many seconds."""

    seconds: int


@dataclass(frozen=True, slots=True)
class Lag:
    """Reading shows a revocation only so many milliseconds later."""

    ms: int


@dataclass(frozen=True, slots=True)
class Expiry:
    """The tenant stops taking the token that the app holds."""

    at: float


@dataclass(frozen=True, slots=True)
class ScaleOut:
    """A second instance takes messages as well; the first stands still, and wakes up holding what is not its own."""

    at: float
    freeze_for: float


@dataclass(frozen=True, slots=True)
class Rubbish:
    """A message that nobody understands lies in a queue; ``text`` is what is on the wire."""

    queue: str
    text: str


type Misfortune = (
    Doom
    | Kill
    | Freeze
    | Outage
    | Trouble
    | Answers
    | Mail
    | Skew
    | Lag
    | Expiry
    | ScaleOut
    | Rubbish
    | IdentityTrouble
)

REVOKE, BATCH = "revokeSignInSessions", "$batch"
CRASHES = 6  # more than the five deliveries of a message
RUBBISH = ("cnViYmlzaC1jYW5hcnk=", "rubbish-canary", '{"v":1,"rubbish":"canary"}', '<rubbish canary="&amp;"/>', "////")


def doom(chance: Random) -> Doom:
    """Draw a point in the code to die at."""
    point, when = chance.choice(POINTS)
    return Doom(point, when, chance.choice((1, 1, 2)), chance.choice((1, 1, 1, 2)))


def kill(chance: Random) -> Kill:
    """Draw a moment to die at."""
    return Kill(chance.uniform(0.0, 1.5))


def freeze(chance: Random) -> Freeze:
    """Draw a stand-still longer than a lease."""
    return Freeze(chance.uniform(0.05, 0.6), chance.uniform(2.5, 4))


def outage(chance: Random) -> Outage:
    """Draw a storage outage."""
    return Outage(chance.uniform(0.0, 0.6), chance.uniform(0.2, 1.5))


def trouble(chance: Random) -> Trouble:
    """Draw a bad spell of the tenant."""
    return Trouble(chance.choice(("throttled", "flaky", "down")), chance.randrange(10**6), chance.uniform(1, 3))


def answers(chance: Random) -> Answers:
    """Draw an exact way for answers to go wrong."""
    match, times = chance.choice((REVOKE, BATCH)), chance.randint(1, 4)
    return chance.choice(
        (
            Answers(match, times, status=503, execute=False),
            Answers(match, times, status=429, retry_after="1", execute=False),
            Answers(match, times, delay_ms=chance.randint(200, 1500)),
            Answers(match, times, reset=True, execute=chance.random() < 0.5),
            Answers(match, times, truncate=True),
            Answers(REVOKE, times, drop=True, execute=chance.random() < 0.5),
        )
    )


def mail(chance: Random) -> Mail:
    """Draw a bad postman."""
    seed = chance.randrange(10**6)
    return chance.choice(
        (
            Mail(seed, twice=0.7),
            Mail(seed, late=3.0),
            Mail(seed, twice=0.5, late=2.0),
            Mail(seed, lost=0.3),
            Mail(seed, lost=0.2, twice=0.3, late=1.5),
        )
    )


def skew(chance: Random) -> Skew:
    """Draw a clock that is a minute wrong."""
    return Skew(chance.choice((-60, 60)))


def rubbish(chance: Random) -> Rubbish:
    """Draw a message of nobody's."""
    queue = chance.choice(("plan", "revoke-urgent", "revoke-bulk", "verify"))
    return Rubbish(queue, chance.choice(RUBBISH))


def lag(chance: Random) -> Lag:
    """Draw a slow replica."""
    return Lag(chance.randint(200, 2500))


def expiry(chance: Random) -> Expiry:
    """Draw the moment at which the token is refused."""
    return Expiry(chance.uniform(0, 1))


def scale_out(chance: Random) -> ScaleOut:
    """Draw a second instance, and how long the first stands still."""
    return ScaleOut(chance.uniform(0, 0.3), chance.uniform(2.5, 4))


def crash_loop(chance: Random) -> Doom:
    """Draw a message that kills the host each time it is delivered."""
    return Doom(chance.choice(("graph_users.revoke", "graph_users.read")), "after", 1, CRASHES)


# Twenty seeds in a row begin with each of these once; further ones are drawn to join.
KINDS = (
    *(doom, kill, outage, trouble, answers, mail, skew, freeze, rubbish, scale_out),
    *(doom, kill, lag, expiry, doom, mail, outage, trouble, answers, crash_loop),
)
JOINING = tuple(dict.fromkeys(KINDS[:-1]))
