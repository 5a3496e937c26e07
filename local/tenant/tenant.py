"""The whole tenant as one function: a request and the time in, a delivery out. No sockets, no clock."""

from collections.abc import Iterable
from dataclasses import dataclass
from random import Random
from urllib.parse import parse_qsl, unquote

from local.tenant import batch
from local.tenant.directory import Directory
from local.tenant.exchange import Delivery, Fate, Refusal, Request, Response
from local.tenant.faults import REVOKE, SMOOTH, Faults, Mishap
from local.tenant.federation import Federation
from local.tenant.graph import Caller, Graph, Operation
from local.tenant.journal import Entry
from local.tenant.memberships import Memberships
from local.tenant.paging import Cursors
from local.tenant.population import make_id
from local.tenant.returns import Returns
from local.tenant.sessions import Sessions
from local.tenant.throttle import Throttle
from local.tenant.tokens import DEFAULT_ROLES, Tokens
from local.tenant.world import World

VERSION = "/v1.0"
_TOKEN_PATH = "/msi/token"  # noqa: S105 - a path, not a secret
# The `throttled` profile: a bucket this much smaller than asked for.
_THROTTLED_DIVISOR = 20


type _Answer = tuple[Response, list[Mishap]]


@dataclass
class Settings:
    """What kind of tenant it is."""

    users: int = 3000
    population: str = "plain"
    seed: int = 1
    latency: float = 0.0
    write_burst: float = 3000
    write_rate: float = 20
    faults: str = "none"
    replication: float = 0.0
    token_seconds: int = 3600
    roles: tuple[str, ...] = DEFAULT_ROLES
    federation: str = "managed"
    returning_share: float = 0.0
    returning_seconds: float = 3600.0


class Tenant:
    """Answers everything that a caller of Graph, or of the identity endpoint, may ask."""

    def __init__(self, settings: Settings, started: float) -> None:
        self.settings, self.now = settings, started
        self.tokens = Tokens(settings.seed, settings.token_seconds, settings.roles)
        directory = Directory(settings.users, settings.seed, started, settings.population)
        world = World(
            directory,
            Sessions(directory, settings.replication),
            Cursors(settings.seed),
            Memberships(directory),
            Federation(settings.federation, started),
            Returns(settings.seed, settings.returning_share, settings.returning_seconds, started),
        )
        self.graph = Graph(world, self._full_quota(), Faults(settings.faults, settings.seed))
        self._order = Random(settings.seed)

    def pass_time(self, now: float) -> None:
        """Let happen what is due by now without anybody asking."""
        self.now = max(self.now, now)
        self.graph.world.returns.happen(self.graph.world.sessions, now)

    def answer(self, request: Request, now: float) -> Delivery:
        """Answer one request."""
        self.pass_time(now)
        path, _, query = request.url.partition("?")
        if path == _TOKEN_PATH:
            self.graph.journal.tokens += 1
            return Delivery(self._identity(request, dict(parse_qsl(query)), now))
        if path.startswith(f"{VERSION}/"):
            return self._graph(request, now)
        return Delivery(Response(404, {"error": {"code": "NotFound", "message": f"There is nothing at {path}."}}))

    def refill(self) -> None:
        """Start again with full quotas, sized by settings and profile."""
        self.graph.throttle = self._full_quota()

    def _full_quota(self) -> Throttle:
        settings = self.settings
        divisor = _THROTTLED_DIVISOR if settings.faults == "throttled" else 1
        return Throttle(settings.users, max(1, settings.write_burst // divisor), settings.write_rate)

    def _identity(self, request: Request, options: dict[str, str], now: float) -> Response:
        try:
            return Response(200, self.tokens.issue(options, request.headers.get("x-identity-header", ""), now))
        except Refusal as refusal:
            return Response(refusal.status, {"error": refusal.code, "error_description": refusal.message})

    def _graph(self, request: Request, now: float) -> Delivery:
        self.graph.journal.requests += 1
        request_id = make_id(self.graph.ids)
        client_request_id = request.headers.get("client-request-id") or request_id
        operation = Operation(request.method, request.url.removeprefix(f"{VERSION}/"), request.headers)
        if unquote(operation.path.partition("?")[0]) == "$batch":
            response, mishaps = self._batch(operation, request, client_request_id, now)
        else:
            response, mishaps = self._single(operation, request, client_request_id, now)
        headers = {"request-id": request_id, "client-request-id": client_request_id, **response.headers}
        delivery = _deliver(Response(response.status, response.payload, headers), mishaps, self.settings.latency)
        self.graph.journal.lost += delivery.fate is not Fate.SENT
        return delivery

    def _single(self, operation: Operation, request: Request, client_id: str, now: float) -> _Answer:
        struck = self.graph.faults.strike_call()
        if not struck.execute:
            return self._not_carried_out(operation, struck, client_id, now)
        try:
            caller = self._caller(request, client_id, now)
        except Refusal as refusal:
            return self._refused(operation, refusal, client_id, now)
        response, mishap = self.graph.serve(operation, caller, now)
        return response, [struck, mishap]

    def _batch(self, operation: Operation, request: Request, client_id: str, now: float) -> _Answer:
        journal = self.graph.journal
        journal.batches += 1
        struck = self.graph.script.take(operation.line) or self.graph.faults.strike_call()
        if not struck.execute:
            return self._not_carried_out(operation, struck, client_id, now)
        try:
            caller = self._caller(request, client_id, now)
            items = batch.read(request.method, request.body)
        except Refusal as refusal:
            return self._refused(operation, refusal, client_id, now)
        journal.items += len(items)
        response, mishaps = batch.serve(self.graph, items, caller, now, self._order)
        if struck.status is not None:
            response = self.graph.canned(struck, client_id, now)
        return response, [struck, *(_within_batch(mishap) for mishap in mishaps)]

    def _caller(self, request: Request, client_id: str, now: float) -> Caller:
        claims = self.tokens.check(request.headers.get("authorization", ""), now)
        return Caller(claims["appid"], frozenset(self.tokens.roles), request.origin + VERSION, client_id)

    def _refused(self, operation: Operation, refusal: Refusal, client_id: str, now: float) -> _Answer:
        response = self.graph.error(refusal, client_id, now)
        return self._unaccepted(operation, response, SMOOTH, now)

    def _not_carried_out(self, operation: Operation, struck: Mishap, client_id: str, now: float) -> _Answer:
        return self._unaccepted(operation, self.graph.canned(struck, client_id, now), struck, now)

    def _unaccepted(self, operation: Operation, response: Response, struck: Mishap, now: float) -> _Answer:
        journal = self.graph.journal
        status = 0 if struck.lost else response.status
        journal.note(Entry(now, operation.method, f"/{operation.path}", status, batched=False))
        if REVOKE in operation.path:
            journal.note_unaccepted(status)
        return response, [struck]


def _within_batch(mishap: Mishap) -> Mishap:
    """Keep what an item does to the whole: dropped it is only missing; cut short or broken off, nothing arrives."""
    return Mishap(delay=mishap.delay, truncate=mishap.truncate, reset=mishap.reset)


def _deliver(response: Response, mishaps: Iterable[Mishap], latency: float) -> Delivery:
    delay = latency + max(mishap.delay for mishap in mishaps)
    if any(mishap.reset or mishap.drop for mishap in mishaps):
        return Delivery(response, delay, Fate.RESET)
    if any(mishap.truncate for mishap in mishaps):
        return Delivery(response, delay, Fate.TRUNCATED)
    return Delivery(response, delay)
