"""An HTTP call as plain values: its body."""

import pytest
from hypothesis import given, strategies as st

from revoker.core.problems import InvalidError, MediaTypeError, ProblemError, TooLargeError
from revoker.intake.call import MOST_BYTES, Call, json_body

JSON = {"content-type": "application/json"}


def call(body: bytes, headers: dict[str, str] | None = None) -> Call:
    """Return a call with a body."""
    return Call("POST", "http://localhost/api/runs", headers=JSON if headers is None else headers, body=body)


@pytest.mark.parametrize(
    ("body", "media_type", "value"),
    [
        (b'{"a": 1}', "application/json", {"a": 1}),
        (b"[]", "application/json; charset=utf-8", []),
        (b"null", " Application/JSON ;x", None),
        ('{"é": "ü"}'.encode(), "application/json", {"é": "ü"}),
        (b"\xef\xbb\xbf{}", "application/json", {}),
        (b'"' + b"a" * (MOST_BYTES - 2) + b'"', "application/json", "a" * (MOST_BYTES - 2)),
    ],
    ids=["object", "charset", "casing", "utf-8", "bom", "as large as may be"],
)
def test_json_is_read(body: bytes, media_type: str, value: object) -> None:
    """A body declared as JSON is parsed, up to a million bytes."""
    assert value == json_body(call(body, {"content-type": media_type}))


@pytest.mark.parametrize(
    ("body", "headers", "error"),
    [
        (b"", JSON, InvalidError),
        (b"{", JSON, InvalidError),
        (b"{'a': 1}", JSON, InvalidError),
        (b"\xff\xff", JSON, InvalidError),
        (b"[" * 100_000, JSON, InvalidError),
        (b"9" * 5_000, JSON, InvalidError),
        (b"{} {}", JSON, InvalidError),
        (b"{}", {}, MediaTypeError),
        (b"{}", {"content-type": ""}, MediaTypeError),
        (b"{}", {"content-type": "text/json"}, MediaTypeError),
        (b"{}", {"content-type": "application/problem+json"}, MediaTypeError),
        (b"{}", {"content-type": "x" * 10_000}, MediaTypeError),
        (b" " * (MOST_BYTES + 1), JSON, TooLargeError),
        (b" " * (MOST_BYTES + 1), {}, TooLargeError),
    ],
    ids=lambda value: repr(value)[:40],
)
def test_what_is_no_json(body: bytes, headers: dict[str, str], error: type[ProblemError]) -> None:
    """Too large, not declared as JSON, not JSON: each has its own problem, and a short one."""
    with pytest.raises(error) as raised:
        json_body(call(body, headers))

    assert len(raised.value.detail) < 200


NESTINGS = [(b"[", b"]"), (b'{"a":', b"}")]


@pytest.mark.parametrize(("opening", "closing"), NESTINGS, ids=["lists", "objects"])
def test_a_body_may_be_nested(opening: bytes, closing: bytes) -> None:
    """A hundred levels are read."""
    assert json_body(call(opening * 100 + b"1" + closing * 100))


@pytest.mark.parametrize("levels", [101, 9_000])
@pytest.mark.parametrize(("opening", "closing"), NESTINGS, ids=["lists", "objects"])
def test_a_body_is_not_nested_too_deeply(opening: bytes, closing: bytes, levels: int) -> None:
    """What json reads just so, and can no longer write, is refused: 9,993 levels were a 500."""
    with pytest.raises(InvalidError) as raised:
        json_body(call(opening * levels + b"1" + closing * levels))

    assert (("", "nest at most 100 levels"),) == raised.value.errors


@given(st.binary())
def test_no_body_raises_anything_else(body: bytes) -> None:
    """Bytes are JSON or a problem."""
    try:
        json_body(call(body))
    except InvalidError as error:
        assert error.errors == (("", "send one JSON object in UTF-8"),)  # noqa: PT017 - what it says is the point
