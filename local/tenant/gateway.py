"""What every request to Graph goes through: the caller, one operation or a batch, and how the answer travels."""

from collections.abc import Iterable
from dataclasses import dataclass
from random import Random
from urllib.parse import unquote

from local.tenant import batch
from local.tenant.applications import Applications
from local.tenant.exchange import Delivery, Fate, Refusal, Request, Response
from local.tenant.faults import REVOKE, SMOOTH, Mishap
from local.tenant.graph import Caller, Graph, Operation
from local.tenant.journal import Entry
from local.tenant.population import make_id
from local.tenant.tokens import Tokens

VERSION = "/v1.0"

type _Answer = tuple[Response, list[Mishap]]


@dataclass
class Gateway:
    """Graph's front door; `order` shuffles the answers of a batch, which may come in any order."""

    graph: Graph
    tokens: Tokens
    applications: Applications
    order: Random

    def answer(self, request: Request, now: float, latency: float) -> Delivery:
        """Answer one request, and say how the answer travels."""
        self.graph.journal.requests += 1
        request_id = make_id(self.graph.ids)
        client_request_id = request.headers.get("client-request-id") or request_id
        operation = Operation(request.method, request.url.removeprefix(f"{VERSION}/"), request.headers)
        if unquote(operation.path.partition("?")[0]) == "$batch":
            response, mishaps = self._batch(operation, request, client_request_id, now)
        else:
            response, mishaps = self._single(operation, request, client_request_id, now)
        headers = {"request-id": request_id, "client-request-id": client_request_id, **response.headers}
        delivery = _deliver(Response(response.status, response.payload, headers), mishaps, latency)
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
        if struck.status is not None:
            response = self.graph.canned(struck, client_id, now)
        return response, [struck, mishap, self._slowness(caller)]

    def _batch(self, operation: Operation, request: Request, client_id: str, now: float) -> _Answer:
        journal = self.graph.journal
        journal.batches += 1
        # The script may name the batch itself; a line for one of its items is taken when that item is served.
        struck = self.graph.script.take(operation.line) or self.graph.faults.strike_call()
        if not struck.execute:
            return self._not_carried_out(operation, struck, client_id, now)
        try:
            caller = self._caller(request, client_id, now)
            items = batch.read(request.method, request.body)
        except Refusal as refusal:
            return self._refused(operation, refusal, client_id, now)
        journal.items += len(items)
        response, mishaps = batch.serve(self.graph, items, caller, now, self.order)
        if struck.status is not None:
            response = self.graph.canned(struck, client_id, now)
        return response, [struck, self._slowness(caller), *map(_within_batch, mishaps)]

    def _caller(self, request: Request, client_id: str, now: float) -> Caller:
        # What an application may do is read afresh: a permission that is taken away counts at once, although the token
        # still names it. Real tokens live on with the old permissions (control `stickyTokens`); most tests do not wait.
        claims = self.tokens.check(request.headers.get("authorization", ""), now)
        app = claims["appid"]
        grants = claims["roles"] if self.tokens.sticky else self.tokens.roles_of(app)
        return Caller(app, frozenset(grants), request.origin + VERSION, client_id)

    def _slowness(self, caller: Caller) -> Mishap:
        return Mishap(delay=self.applications.find(caller.app).delay)

    def _refused(self, operation: Operation, refusal: Refusal, client_id: str, now: float) -> _Answer:
        response = self.graph.error(refusal, client_id, now)
        return self._unaccepted(operation, response, SMOOTH, now)

    def _not_carried_out(self, operation: Operation, struck: Mishap, client_id: str, now: float) -> _Answer:
        return self._unaccepted(operation, self.graph.canned(struck, client_id, now), struck, now)

    def _unaccepted(self, operation: Operation, response: Response, struck: Mishap, now: float) -> _Answer:
        journal = self.graph.journal
        status = response.status
        if struck.lost:
            status = 0
        journal.note(Entry(now, operation.method, f"/{operation.path}", status, batched=False))
        if REVOKE in operation.path:
            journal.note_unaccepted(status)
        return response, [struck]


def _within_batch(mishap: Mishap) -> Mishap:
    """Keep what an item does to the whole: dropped it is only missing; cut short or broken off, nothing arrives."""
    return Mishap(delay=mishap.delay, truncate=mishap.truncate, reset=mishap.reset)


def _deliver(response: Response, mishaps: Iterable[Mishap], latency: float) -> Delivery:
    # The slowest item holds up the whole batch, and a broken connection outweighs an answer cut short.
    delay, fate = latency, Fate.SENT
    for mishap in mishaps:
        delay = max(delay, latency + mishap.delay)
        if mishap.reset or mishap.drop:
            fate = Fate.RESET
        elif mishap.truncate and fate is Fate.SENT:
            fate = Fate.TRUNCATED
    return Delivery(response, delay, fate)
