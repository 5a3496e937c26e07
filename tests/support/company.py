"""A small company, and the stages wired to stand-ins."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import count

from support.fake_graph_listings import FakeGraphListings
from support.fake_scans import FakeScans
from support.fakes import START, FakeClock, FakeGraphUsers, FakeLedger, FakeOutbox

from revoker.core.back_off import Patience
from revoker.core.directory_user import DirectoryUser
from revoker.core.message import Mail, Queue, ScanStep
from revoker.core.names import user_name
from revoker.core.outcome import User
from revoker.core.pacing import Quota
from revoker.core.pool import UNNAMED, Pool
from revoker.core.request import Person, Request, Target, Trigger
from revoker.core.run import Run
from revoker.respond.deliver.deliver import deliver, deliver_step
from revoker.respond.finish import finish
from revoker.respond.policy import Policy, Tools
from revoker.respond.protect import Protection
from revoker.respond.recover.put_apart import MOST_RETURNED, put_apart, put_step_apart
from revoker.respond.start.accept import accept

LONG_AGO = START - timedelta(days=30)


def person(number: int, upn: str, *, external_reason: str | None = None) -> DirectoryUser:
    """Return a user whose sessions are old."""
    return DirectoryUser(f"00000000-0000-4000-8000-{number:012d}", upn, external_reason, LONG_AGO)


ALICE = person(1, "alice@contoso.com")
BEN = person(2, "ben@contoso.com")
GUEST = person(3, "dana_fabrikam.com#EXT#@contoso.onmicrosoft.com", external_reason="external_user")
BREAKGLASS = person(4, "breakglass@contoso.com")
CROWD = tuple(person(number, f"user{number}@contoso.com") for number in range(100, 400))


def a_request(*names: str, **options: object) -> Request:
    """Return a request for users."""
    targets = tuple(Target(requested_as=name, name=user_name(name)) for name in names)
    asked_by = {"trigger": Trigger.HTTP, "requested_by": Person("id-1", "Rita Responder"), "reason": "test"}
    return Request(**{**asked_by, "targets": targets, **options})


@dataclass
class World:
    """The use cases on stand-ins, and methods that deliver their messages."""

    protected: tuple[str, ...] = (BREAKGLASS.user_principal_name,)
    quota: Quota = field(default_factory=lambda: Quota(burst=3000, rate=20, reserve=0.1))
    identities: tuple[str, ...] = (UNNAMED,)
    approval_above: int = 0
    clock: FakeClock = field(default_factory=FakeClock)
    ledger: FakeLedger = field(default_factory=FakeLedger)
    outbox: FakeOutbox = field(default_factory=FakeOutbox)

    def __post_init__(self) -> None:
        self.graph_users = FakeGraphUsers(self.clock, ALICE, BEN, GUEST, BREAKGLASS, *CROWD)
        self.graph_listings = FakeGraphListings(self.graph_users, page_size=100)
        self.scans = FakeScans(self.ledger)
        self.tools = Tools(
            graph_users=self.graph_users,
            graph_listings=self.graph_listings,
            ledger=self.ledger,
            scans=self.scans,
            outbox=self.outbox,
            clock=self.clock,
            policy=Policy(
                pool=self.pool,
                patience=Patience(attempts=3, age=timedelta(hours=24)),
                verify_delays=(timedelta(seconds=30), timedelta(seconds=120)),
                clock_skew=timedelta(seconds=60),
                heal_after=timedelta(minutes=15),
                approval_above=self.approval_above,
            ),
        )
        self.protection = Protection(self.protected, self.graph_users, self.ledger, self.clock)

    @property
    def pool(self) -> Pool:
        """The identities, under a tenant that allows six times one's burst and three times its rate."""
        tenant = Quota(burst=6 * self.quota.burst, rate=3 * self.quota.rate, reserve=0)
        return Pool(self.quota, tenant, self.identities)

    async def start(self, *names: str, **options: object) -> Run:
        """Start a run for users."""
        run, _ = await accept(a_request(*names, **options), None, "", self.protection, self.tools)
        return run

    async def step(self) -> None:
        """Deliver what is on the queues, each message when it is due."""
        for queue, message, delay in self.outbox.take():
            self.clock.moment = max(self.clock.moment, self.clock.moment + delay)
            await self.deliver(queue, message)

    async def play(self, lose: Callable[[Mail], bool] = lambda _: False) -> None:
        """Let everything happen in the order of time until the queues are empty; what is lost is not delivered."""
        waiting: list[tuple[datetime, int, Queue, Mail]] = []
        order = count()
        for _ in range(100_000):
            sent = [(self.clock.moment + delay, queue, message) for queue, message, delay in self.outbox.take()]
            waiting += [(due, next(order), queue, message) for due, queue, message in sent if not lose(message)]
            if not waiting:
                return
            waiting.sort()
            due, _, queue, message = waiting.pop(0)
            self.clock.moment = max(self.clock.moment, due)
            await self.deliver(queue, message)
        raise TimeoutError(waiting[:3])

    async def deliver(self, queue: Queue, message: Mail, deliveries: int = 1) -> None:
        """Give a message to the use case that listens."""
        if isinstance(message, ScanStep):
            await deliver_step(message, deliveries, self.protection, self.tools)
        else:
            await deliver(queue, message, deliveries, self.protection, self.tools)

    async def give_up(self, queue: Queue, message: Mail) -> None:
        """Let a message die until nothing more is tried with it; what is sent again meanwhile dies too."""
        kept = self.outbox.take()
        for _ in range(MOST_RETURNED + 1):
            await self.die_at(queue, message)
            kept += [sent for sent in self.outbox.take() if sent[:2] != (queue, message)]
        self.outbox.sent = kept

    async def die_at(self, queue: Queue, message: Mail) -> None:
        """Let a worker begin with a message and die, and the message come back."""
        if isinstance(message, ScanStep):
            await self.scans.update(message.run, lambda row: replace(row, begun=True))
            seen = await put_step_apart(message, self.ledger, self.scans, self.outbox, self.clock)
        else:
            await self.ledger.update_batch(message.run, message.batch, lambda row: replace(row, begun=True))
            seen = await put_apart(queue, message, self.ledger, self.outbox, self.clock)
        if not seen:
            await finish(message.run, self.ledger, self.clock.now())

    async def users(self, run: Run) -> list[User]:
        """Return all users of a run, page by page."""
        found: list[User] = []
        cursor: str | None = None
        while True:
            page = await self.ledger.users(run.id, None, 100, cursor)
            found += page.rows
            cursor = page.cursor
            if cursor is None:
                return found

    async def ended(self, run: Run) -> Run:
        """Return the run as the ledger has it now, which is ended."""
        found = await self.ledger.run(run.id)
        assert found is not None
        assert found.finished_as is not None
        return found

    async def outcomes(self, run: Run) -> dict[str, str]:
        """Return each user's outcome by the name asked for."""
        page = await self.ledger.users(run.id, None, 10_000, None)
        return {user.requested_as: user.outcome.value for user in page.rows}
