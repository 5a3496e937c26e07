"""Graph's bytes become ``GraphAnswer`` values; nothing a server can send raises. Pure."""

import json
import math
import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from revoker.core.graph_answer import GraphAnswer

_LONGEST_WISH = 7 * 24 * 3600.0
_LONGEST_ID = 100


def read_reply(status: int, headers: Mapping[str, str], content: bytes) -> GraphAnswer:
    """Return the answer in a whole response; a success that is not JSON is no answer."""
    body = _json_object(content)
    if body is None and 200 <= status < 300 and content:
        return GraphAnswer(fault="unreadable")
    return _answer(status, headers, body or {})


def answers_of(outer: GraphAnswer, count: int) -> list[GraphAnswer]:
    """Return the answer to each of a batch's items, by their numbers: the outer one stands for all if it failed.

    A left-out item is ``missing``; the outer 200 says nothing about the items (reference: graph, $batch).
    """
    if not outer.accepted:
        return [replace(outer, outer=True)] * count
    listed = outer.body.get("responses")
    items = [item for item in listed if isinstance(item, dict)] if isinstance(listed, list) else []
    by_number = {str(item.get("id")): _item(item) for item in items}
    answers = [by_number.get(str(number), GraphAnswer(fault="missing")) for number in range(count)]
    return [replace(answer, request_id=answer.request_id or outer.request_id) for answer in answers]


def _item(item: Mapping[str, Any]) -> GraphAnswer:
    status, headers, body = item.get("status"), item.get("headers"), item.get("body")
    if type(status) is str and re.fullmatch("[0-9]{3}", status):
        status = int(status)
    if type(status) is not int or not 100 <= status <= 599:
        return GraphAnswer(fault="unreadable")
    return _answer(status, headers if isinstance(headers, dict) else {}, body if isinstance(body, dict) else {})


def _answer(status: int, headers: Mapping[str, Any], body: Mapping[str, Any]) -> GraphAnswer:
    lowered = {str(name).lower(): value for name, value in headers.items()}
    request_id = lowered.get("request-id") or _inner(body).get("request-id")
    return GraphAnswer(
        status=status,
        body=body,
        retry_after=_seconds(lowered.get("retry-after")),
        load=_number(lowered.get("x-ms-throttle-limit-percentage")) or 0.0,
        request_id=request_id[:_LONGEST_ID] if isinstance(request_id, str) else None,
    )


def _inner(body: Mapping[str, Any]) -> Mapping[str, Any]:
    error = body.get("error")
    inner = error.get("innerError") if isinstance(error, dict) else None
    return inner if isinstance(inner, dict) else {}


def _seconds(value: object) -> float | None:
    """Return Retry-After in seconds, possibly fractional; what is no number of seconds is as if absent."""
    seconds = _number(value)
    return None if seconds is None else min(seconds, _LONGEST_WISH)


def _number(value: object) -> float | None:
    try:
        number = float(str(value))
    except ValueError:
        return None
    return number if number >= 0 and math.isfinite(number) else None


def _json_object(content: bytes) -> dict[str, Any] | None:
    try:
        body = json.loads(content)
    except (ValueError, RecursionError):
        return None
    return body if isinstance(body, dict) else None
