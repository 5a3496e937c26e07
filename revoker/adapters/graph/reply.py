"""Graph's bytes become ``GraphAnswer`` values; nothing a server can send raises."""

import json
import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from revoker.adapters.graph.json_values import object_of, text_of
from revoker.adapters.graph.retry_after import number, seconds_to_wait
from revoker.core.graph_answer import GraphAnswer

_LONGEST_ID = 100


def read_reply(status: int, headers: Mapping[str, str], content: bytes, now: datetime) -> GraphAnswer:
    """Return the answer in a whole response; a success that is not JSON is no answer.

    ``now`` is what a Retry-After that is a date is measured from.
    """
    body = _json_object(content)
    if body is None and 200 <= status < 300 and content:
        return GraphAnswer(fault="unreadable")
    return _answer(status, headers, body or {}, now)


def answers_of(outer: GraphAnswer, count: int, now: datetime) -> list[GraphAnswer]:
    """Return the answer to each of a batch's items, by their numbers: the outer one stands for all if it failed.

    An item that is left out is ``missing``; the outer 200 says nothing about the items (docs/graph-facts.md#batch).
    """
    if not outer.accepted:
        return [replace(outer, outer=True)] * count
    by_number = _by_number(outer.body.get("responses"), now)
    answers: list[GraphAnswer] = []
    for index in range(count):
        answer = by_number.get(str(index), GraphAnswer(fault="missing"))
        answers.append(replace(answer, request_id=answer.request_id or outer.request_id))
    return answers


def _by_number(listed: object, now: datetime) -> dict[str, GraphAnswer]:
    found: dict[str, GraphAnswer] = {}
    if isinstance(listed, list):
        for item in listed:
            if isinstance(item, dict):
                found[str(item.get("id"))] = _item(item, now)
    return found


def _item(item: Mapping[str, Any], now: datetime) -> GraphAnswer:
    status = item.get("status")
    if type(status) is str and re.fullmatch("[0-9]{3}", status):
        status = int(status)
    if type(status) is not int or not 100 <= status <= 599:
        return GraphAnswer(fault="unreadable")
    return _answer(status, object_of(item.get("headers")), object_of(item.get("body")), now)


def _answer(status: int, headers: Mapping[str, Any], body: Mapping[str, Any], now: datetime) -> GraphAnswer:
    lowered = {str(name).lower(): value for name, value in headers.items()}
    inner = object_of(object_of(body.get("error")).get("innerError"))
    request_id = lowered.get("request-id") or inner.get("request-id")
    return GraphAnswer(
        status=status,
        body=body,
        retry_after=seconds_to_wait(lowered.get("retry-after"), now),
        load=number(lowered.get("x-ms-throttle-limit-percentage")) or 0.0,
        write_limited=status == 429 and _names_writes(lowered),
        tenant_limited=status == 429 and _names_tenant(lowered),
        request_id=text_of(request_id)[:_LONGEST_ID] or None,
    )


def _names_writes(headers: Mapping[str, Any]) -> bool:
    """Whether a 429 says that writes were too many, and not reads (docs/graph-facts.md#throttling)."""
    scope = str(headers.get("x-ms-throttle-scope"))  # as Tenant_Application/Write/<app>/<tenant>
    return "/Write/" in scope or headers.get("x-ms-throttle-information") == "WriteLimitExceeded"


def _names_tenant(headers: Mapping[str, Any]) -> bool:
    """Whether a 429 is about the limit of all the tenant's applications (docs/graph-facts.md#throttling).

    An application's own limit reads ``Tenant_Application/…``. A 429 that names no limit is taken for that one: where it
    is the tenant's after all, the other identities are soon told so too.
    """
    return str(headers.get("x-ms-throttle-scope")).startswith("Tenant/")


def _json_object(content: bytes) -> dict[str, Any] | None:
    try:
        body = json.loads(content)
        if b"\\ud" in content.lower():
            body = _without_halves(body)
    except (ValueError, RecursionError):
        return None
    return body if isinstance(body, dict) else None


def _without_halves(body: object) -> Any:  # noqa: ANN401 - whatever stands there
    """Return JSON with a question mark for each half of a surrogate pair, which neither a row nor a URL can hold."""
    return json.loads(json.dumps(body, ensure_ascii=False).encode("utf-8", "replace"))
