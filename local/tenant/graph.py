"""What happens to one call: fault, permission, limit, answer, journal; in that order."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from random import Random
from typing import Any

from local.tenant.answers import routes
from local.tenant.exchange import Refusal, Response, stamp
from local.tenant.faults import REVOKE, Faults, Mishap
from local.tenant.journal import Entry, Journal
from local.tenant.limits.throttle import Cost, Throttle, spelled
from local.tenant.odata import address
from local.tenant.population import make_id
from local.tenant.script import Script
from local.tenant.world import Call, World

_JSON = "application/json;odata.metadata=minimal;odata.streaming=true;IEEE754Compatible=false;charset=utf-8"


@dataclass(frozen=True, slots=True)
class Caller:
    """An application that calls, and what it may do: the same for every item of a batch."""

    app: str
    grants: frozenset[str]
    root: str
    client_request_id: str


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation as it was asked for; `path` is what follows `/v1.0/`, header names are lower case."""

    method: str
    path: str
    headers: Mapping[str, str]
    batched: bool = False

    @property
    def line(self) -> str:
        """How scripts and the journal know it."""
        return f"{self.method} /{self.path}"


@dataclass
class Graph:
    """The service: everything it needs to answer, and to remember that it did."""

    world: World
    throttle: Throttle
    faults: Faults = field(default_factory=Faults)
    script: Script = field(default_factory=Script)
    journal: Journal = field(default_factory=Journal)
    ids: Random = field(default_factory=lambda: Random("request ids"))

    def serve(self, operation: Operation, caller: Caller, now: float) -> tuple[Response, Mishap]:
        """Answer one operation, and say what befell it."""
        mishap = self.script.take(operation.line) or self.faults.strike_item(operation.method, operation.path)
        response = Response(mishap.status or 0)
        if mishap.execute:
            response = self._carry_out(operation, caller, now)
        elif REVOKE in operation.path:
            self.journal.note_unaccepted(response.status, caller.app)
        self.journal.reads += operation.method == "GET"
        # The work may be done although the answer says otherwise: then only the journal knows the truth.
        if mishap.status is not None:
            response = self.canned(mishap, caller.client_request_id, now)
        status = response.status
        if mishap.lost:
            status = 0
        self.journal.note(Entry(now, operation.method, f"/{operation.path}", status, operation.batched))
        return response, mishap

    def error(self, refusal: Refusal, client_request_id: str, now: float) -> Response:
        """Shape an error as Graph does."""
        inner = self._inner(client_request_id, now)
        payload = {"error": {"code": refusal.code, "message": refusal.message, "innerError": inner}}
        return Response(refusal.status, payload, {"Content-Type": "application/json", **refusal.headers})

    def canned(self, mishap: Mishap, client_request_id: str, now: float) -> Response:
        """Give the answer that a mishap prescribes; an error in it is completed as Graph would."""
        body = mishap.body
        if isinstance(body, dict) and isinstance(body.get("error"), dict):
            body = {"error": {**body["error"], "innerError": self._inner(client_request_id, now)}}
        return Response(mishap.status or 0, body, {"Content-Type": "application/json", **mishap.headers})

    def _inner(self, client_request_id: str, now: float) -> dict[str, str]:
        return {
            "date": stamp(now).removesuffix("Z"),
            "request-id": make_id(self.ids),
            "client-request-id": client_request_id,
        }

    def _carry_out(self, operation: Operation, caller: Caller, now: float) -> Response:
        try:
            response = self._answer(operation, caller, now)
        except Refusal as refusal:
            response = self.error(refusal, caller.client_request_id, now)
            if REVOKE in operation.path:
                self.journal.note_unaccepted(response.status, caller.app)
        return response

    def _admit(self, cost: Cost, priority: str, app: str, now: float) -> dict[str, str]:
        try:
            return self.throttle.admit(cost, priority, app, now)
        except Refusal as refusal:
            form = self.world.quirks.retry_after
            refusal.headers["Retry-After"] = spelled(refusal.headers["Retry-After"], form, now)
            raise

    def _answer(self, operation: Operation, caller: Caller, now: float) -> Response:
        # The order is ours, since it is undocumented: a call that is not allowed uses up no quota.
        place = address.parse(operation.path)
        route = routes.find(operation.method, place)
        if not route.permissions & caller.grants:
            raise route.refusal()
        if self.world.quirks.b2c and operation.headers.get("consistencylevel", "").lower() == "eventual":
            raise Refusal(400, "Request_BadRequest", "This request is not supported by the service")
        priority = operation.headers.get("x-ms-throttle-priority", "normal")
        told = self._admit(route.cost(place), priority, caller.app, now)
        call = Call(operation.method, operation.path, place, operation.headers, caller.root, caller.grants, now)
        try:
            payload: Any = route.answer(self.world, call)
        except Refusal as refusal:
            refusal.headers.update(told)
            raise
        if route.writes:
            index = self.world.directory.find(place.segments[1])
            if index is not None:
                self.journal.note_accepted(index, caller.app, now)
        kind = _JSON
        if isinstance(payload, str):
            kind = "text/plain"  # `$count` alone
        headers = {"Cache-Control": "no-cache", **told, "OData-Version": "4.0", "Content-Type": kind}
        return Response(200, payload, headers)
