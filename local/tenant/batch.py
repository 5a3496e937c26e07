"""`$batch`: up to twenty calls in one, each with its own status, headers and body.

Facts: `json-batching` (limits, order, ids), Softeria/ms-365-mcp-server#677 and msgraph-sdk-dotnet#2628 (a write
without `Content-Type` or body fails the whole batch).
"""

import json
from dataclasses import dataclass
from random import Random
from typing import Any, NoReturn

from local.tenant.exchange import Refusal, Response
from local.tenant.faults import Mishap
from local.tenant.graph import Caller, Graph, Operation

MOST_ITEMS = 20
_WRITES = {"POST", "PUT", "PATCH"}


@dataclass(frozen=True, slots=True)
class Item:
    """One request of a batch."""

    id: str
    operation: Operation


def read(method: str, body: bytes) -> list[Item]:
    """Take a batch apart; anything malformed refuses the whole of it."""
    if method != "POST":
        raise Refusal(405, "Request_BadRequest", "Specified HTTP method is not allowed for the request target.")
    try:
        requests = json.loads(body)["requests"]
        items = [_item(request) for request in requests]
    except (ValueError, KeyError, TypeError, AttributeError) as problem:
        raise Refusal(400, "BadRequest", "Invalid batch payload format.") from problem
    if not 1 <= len(items) <= MOST_ITEMS:
        _malformed(f"Number of batch request steps must be between 1 and {MOST_ITEMS}, not {len(items)}.")
    # `A` and `a` are one id (`json-batching`: not case-sensitive).
    if len({item.id.lower() for item in items}) < len(items):
        _malformed("Request ids must be unique within a batch.")
    return items


def _item(request: dict[str, Any]) -> Item:
    item_id, method, url = request["id"], request["method"].upper(), request["url"]
    headers = {name.lower(): value for name, value in (request.get("headers") or {}).items()}
    if not isinstance(item_id, str) or not item_id:
        _malformed("Every request needs an id.")
    if "://" in url or url.strip("/").startswith("$batch"):
        _malformed(f"The url of request '{item_id}' is not a relative resource URL.")
    if method in _WRITES and ("content-type" not in headers or "body" not in request):
        _malformed(f"Write request id : {item_id} does not contain Content-Type header or body.")
    return Item(item_id, Operation(method, url.lstrip("/"), headers, batched=True))


def _malformed(message: str) -> NoReturn:
    raise Refusal(400, "BadRequest", message)


def serve(graph: Graph, items: list[Item], caller: Caller, now: float, order: Random) -> tuple[Response, list[Mishap]]:
    """Answer every item on its own, in an order of our choosing; lost items are missing."""
    # One after another, at one moment: the first items of a batch use up what is left of a quota.
    answered: list[dict[str, Any]] = []
    mishaps: list[Mishap] = []
    for item in items:
        response, mishap = graph.serve(item.operation, caller, now)
        mishaps.append(mishap)
        if mishap.drop:
            graph.journal.lost += 1
        else:
            headers = dict(response.headers)
            answered.append({"id": item.id, "status": response.status, "headers": headers, "body": response.payload})
    order.shuffle(answered)
    return Response(200, {"responses": answered}, {"Content-Type": "application/json"}), mishaps
