"""Graph's bytes become answers; nothing a server can send raises."""

import json
from datetime import UTC, datetime
from email.utils import format_datetime

import pytest
from hypothesis import given, strategies as st
from support.strategies import JSON, TEXTS

from revoker.adapters.graph.reply import answers_of, read_reply
from revoker.core.graph_answer import GraphAnswer

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
ERROR = {"error": {"code": "TooManyRequests", "innerError": {"request-id": "inner"}}}
MISSING = GraphAnswer(fault="missing")
UNREADABLE = GraphAnswer(fault="unreadable")


def item(number: object, status: object = 204, **more: object) -> dict[str, object]:
    """Return one item of a batch answer."""
    return {"id": number, "status": status, **more}


def outer(*items: object, **more: object) -> GraphAnswer:
    """Return a batch answer."""
    return GraphAnswer(status=200, body={"responses": list(items)}, **more)


@pytest.mark.parametrize(
    ("status", "headers", "content", "answer"),
    [
        (200, {}, b'{"value": true}', GraphAnswer(status=200, body={"value": True})),
        (204, {}, b"", GraphAnswer(status=204)),
        (200, {}, rb'{"a\uD83D": "\ud83d\udd12 \uDD12"}', GraphAnswer(status=200, body={"a?": "\U0001f512 ?"})),
        (200, {"Request-Id": "r"}, b"{}", GraphAnswer(status=200, request_id="r")),
        (200, {}, b"<html>", UNREADABLE),
        (200, {}, b'{"value": tr', UNREADABLE),
        (200, {}, b"[]", UNREADABLE),
        (200, {}, b"null", UNREADABLE),
        (200, {}, b"\xff\xfe\xfd", UNREADABLE),
        (200, {}, b"[" * 100_000, UNREADABLE),
        (404, {}, b"<html>", GraphAnswer(status=404)),
        (503, {"retry-after": "5"}, b"", GraphAnswer(status=503, retry_after=5)),
        (
            429,
            {"Retry-After": "7"},
            json.dumps(ERROR).encode(),
            GraphAnswer(status=429, body=ERROR, retry_after=7, request_id="inner"),
        ),
        (
            429,
            {"request-id": "outer"},
            json.dumps(ERROR).encode(),
            GraphAnswer(status=429, body=ERROR, request_id="outer"),
        ),
        (500, {"request-id": "x" * 999}, b"", GraphAnswer(status=500, request_id="x" * 100)),
        (
            500,
            {},
            b'{"error": {"innerError": "text"}}',
            GraphAnswer(status=500, body={"error": {"innerError": "text"}}),
        ),
    ],
    ids=lambda value: repr(value)[:40],
)
def test_each_reply(status: int, headers: dict[str, str], content: bytes, answer: GraphAnswer) -> None:
    """A success that is not JSON is no answer; a failure is one whatever its body."""
    assert answer == read_reply(status, headers, content, NOW)


@pytest.mark.parametrize(
    ("written", "seconds"),
    [
        ("5", 5),
        ("0", 0),
        ("0.25", 0.25),
        (" 7 ", 7),
        (12, 12),
        ("604800", 604_800),
        ("1e9", 604_800),
        ("-1", None),
        ("nan", None),
        ("inf", None),
        ("9" * 400, None),
        ("0,20", 20),
        ("30,120", 120),
        ("120, 30", 120),
        ("1.00,2", 2),
        ("30,soon,-7,inf", 30),
        (",", None),
        ("Mon, 02 Mar 2026 09:00:20 GMT", 20),
        ("Monday, 02-Mar-26 09:00:20 GMT", 20),
        ("Mon Mar  2 09:00:20 2026", 20),
        ("Mon, 02 Mar 2026 10:00:20 +0100", 20),
        ("Mon, 02 Mar 2026 08:59:00 GMT", 0),
        ("Wed, 21 Oct 2026 07:28:00 GMT", 604_800),
        ("Mon, 02 Mar 99999 09:00:20 GMT", None),
        ("Mon, 32 Mar 2026 09:00:20 GMT", None),
        ("soon", None),
        ("", None),
        (None, None),
        (True, None),
        ([5], None),
        ({"seconds": 5}, None),
    ],
    ids=lambda value: repr(value)[:40],
)
def test_each_retry_after(written: object, seconds: float | None) -> None:
    """Seconds, possibly fractional, the longest of several, or until a date; a week at most; else as if absent."""
    (answer,) = answers_of(outer(item("0", 429, headers={"RETRY-AFTER": written})), 1, NOW)

    assert seconds == answer.retry_after


@pytest.mark.parametrize(
    ("status", "headers", "limited"),
    [
        (429, {"x-ms-throttle-scope": "Tenant_Application/Write/app/tenant"}, True),
        (429, {"X-Ms-Throttle-Information": "WriteLimitExceeded"}, True),
        (429, {"x-ms-throttle-scope": "Tenant_Application/Read/app/tenant"}, False),
        (429, {"x-ms-throttle-information": "ResourceUnitLimitExceeded"}, False),
        (429, {}, False),
        (503, {"x-ms-throttle-information": "WriteLimitExceeded"}, False),
    ],
)
def test_a_refusal_may_name_the_write_quota(status: int, headers: dict[str, str], limited: bool) -> None:  # noqa: FBT001
    """Only then do other writes have to wait too."""
    (answer,) = answers_of(outer(item("0", status, headers=headers)), 1, NOW)

    assert limited is answer.write_limited


@pytest.mark.parametrize(
    ("status", "scope", "limited"),
    [
        (429, "Tenant/Write/app/tenant", True),
        (429, "Tenant_Application/Write/app/tenant", False),
        (429, "Application/Write/app/tenant", False),
        (429, None, False),
        (200, "Tenant/Write/app/tenant", False),
    ],
)
def test_a_refusal_may_name_the_tenants_limit(status: int, scope: str | None, limited: bool) -> None:  # noqa: FBT001
    """Only then do the other identities have to wait too."""
    headers = {} if scope is None else {"x-ms-throttle-scope": scope}
    (answer,) = answers_of(outer(item("0", status, headers=headers)), 1, NOW)

    assert limited is answer.tenant_limited


@pytest.mark.parametrize(
    ("items", "answers"),
    [
        ([item("0"), item("1", 404)], [GraphAnswer(status=204), GraphAnswer(status=404)]),
        ([item("1", 404), item("0")], [GraphAnswer(status=204), GraphAnswer(status=404)]),
        ([item(1, 404), item(0)], [GraphAnswer(status=204), GraphAnswer(status=404)]),
        ([item("1")], [MISSING, GraphAnswer(status=204)]),
        ([], [MISSING, MISSING]),
        ([item("7"), item("-1"), item("00"), item(None), item("0")], [GraphAnswer(status=204), MISSING]),
        ([item("0", 500), item("0"), item("1")], [GraphAnswer(status=204), GraphAnswer(status=204)]),
        ([item("0", "204"), item("1", "429")], [GraphAnswer(status=204), GraphAnswer(status=429)]),
        ([item("0", None), item("1", "ok")], [UNREADABLE, UNREADABLE]),
        ([item("0", True), item("1", 204.0)], [UNREADABLE, UNREADABLE]),
        ([item("0", "\u00b2"), item("1", "9" * 5000)], [UNREADABLE, UNREADABLE]),
        ([item("0", 0), item("1", 99_999)], [UNREADABLE, UNREADABLE]),
        ([item("0", -204), item("1", "\u0662\u0660\u0664")], [UNREADABLE, UNREADABLE]),
        ([item("0", headers=None, body=None), None, "1", 5, []], [GraphAnswer(status=204), MISSING]),
        ([item("0", headers=["x"], body="text"), {"status": 204}], [GraphAnswer(status=204), MISSING]),
        ([item("0", headers={"request-id": 5}), item("1", body=ERROR)],
         [GraphAnswer(status=204), GraphAnswer(status=204, body=ERROR, request_id="inner")]),
    ],
    ids=range(16),
)  # fmt: skip
def test_each_item(items: list[object], answers: list[GraphAnswer]) -> None:
    """Items come in any order; what is left out is missing, what has no status is unreadable."""
    assert answers == answers_of(outer(*items), 2, NOW)


@pytest.mark.parametrize("responses", [None, "text", 5, {"0": item("0")}], ids=repr)
def test_a_batch_answer_without_a_list(responses: object) -> None:
    """An outer 200 says nothing about the items."""
    assert [MISSING] * 3 == answers_of(GraphAnswer(status=200, body={"responses": responses}), 3, NOW)


@pytest.mark.parametrize(
    "failed",
    [
        GraphAnswer(status=404),
        GraphAnswer(status=429, retry_after=5, request_id="r"),
        GraphAnswer(status=503),
        GraphAnswer(fault="timeout"),
        GraphAnswer(fault="unreadable"),
    ],
    ids=repr,
)
def test_a_failed_batch_stands_for_all(failed: GraphAnswer) -> None:
    """Every item gets the outer answer, marked as such."""
    answers = answers_of(failed, 20, NOW)

    assert len(answers) == 20
    assert all(answer.outer and answer.status == failed.status and answer.fault == failed.fault for answer in answers)
    assert {failed.retry_after} == {answer.retry_after for answer in answers}


def test_the_request_id_of_the_batch_serves_all() -> None:
    """An item without a request id of its own is found by the batch's."""
    answers = answers_of(outer(item("0", headers={"request-id": "own"}), item("1"), request_id="batch"), 3, NOW)

    assert ["own", "batch", "batch"] == [answer.request_id for answer in answers]


DATES = st.datetimes().map(format_datetime) | st.from_regex(
    r"[A-Z][a-z]{2}, [0-9]{1,2} [A-Z][a-z]{2} [0-9]{1,5} [0-9:]{1,8} [-+A-Z0-9]{1,5}"
)
HEADERS = st.dictionaries(st.sampled_from(["retry-after", "Retry-After", "request-id", "x"]) | TEXTS, TEXTS | DATES)


@given(st.integers(100, 599), HEADERS, st.binary() | JSON.map(json.dumps).map(str.encode))
def test_no_bytes_raise(status: int, headers: dict[str, str], content: bytes) -> None:
    """Bytes are an answer: a status or a fault, never an exception."""
    answer = read_reply(status, headers, content, NOW)

    assert (answer.status is None) == (answer.fault is not None)
    assert json.dumps(answer.body, ensure_ascii=False).encode()
    assert answer.retry_after is None or 0 <= answer.retry_after <= 604_800


NUMBERS = st.sampled_from(["0", "1", 1])
ITEMS = st.fixed_dictionaries(
    {}, optional={"id": NUMBERS | JSON, "status": st.just(200) | JSON, "headers": JSON, "body": JSON}
)


@given(st.lists(ITEMS | JSON) | JSON, st.integers(0, 20))
def test_no_batch_answer_raises(responses: object, count: int) -> None:
    """However odd the list, every item of the batch has one answer."""
    content = json.dumps({"responses": responses}).encode()
    answers = answers_of(read_reply(200, {}, content, NOW), count, NOW)

    assert count == len(answers)
    assert all(answer.status is not None or answer.fault for answer in answers)
