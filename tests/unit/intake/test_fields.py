"""Reading an object field by field, and the parsers of single values."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from support.strategies import JSON

from revoker.core.problems import InvalidError
from revoker.intake.fields import Fields, Wrong
from revoker.intake.values import moment, past_moment, text, thumbprint, truth, whole_number

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def right[T](parsed: T | Wrong | None) -> T | None:
    """Return a value, or None for what is wrong."""
    return None if isinstance(parsed, Wrong) else parsed


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("2026-03-02T09:00:00Z", NOW),
        ("2026-03-02T09:00:00.0000000Z", NOW),
        ("2026-03-02T10:30:00+01:30", NOW),
        ("2026-03-02t09:00:00Z", NOW),
        ("2026-03-02T09:00:00", None),
        ("2026-03-02 09:00:00Z", NOW),
        (" 2026-03-02T09:00:00Z ", NOW),
        ("2026-03-02", None),
        ("2026-02-30T09:00:00Z", None),
        ("2026-03-02T25:00:00Z", None),
        ("0001-01-01T00:00:00+23:59", None),
        ("9999-12-31T23:59:59-23:59", None),
        ("T", None),
        ("", None),
        (1772442000, None),
        (None, None),
    ],
)
def test_moment(written: object, read: datetime | None) -> None:
    """An RFC 3339 time with its offset, in UTC; without an offset it is nobody's time."""
    assert read == right(moment(written))


@pytest.mark.parametrize(
    ("written", "ahead"),
    [("2026-03-02T08:59:00Z", -1), ("2026-03-02T09:01:00Z", 1), ("2026-03-02T09:01:01Z", None), ("soon", None)],
)
def test_past_moment(written: str, ahead: int | None) -> None:
    """A minute ahead is a clock that differs; more is a mistake."""
    expected = None if ahead is None else NOW + timedelta(minutes=ahead)

    assert expected == right(past_moment(NOW)(written))


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("why", "why"),
        ("  why \n", "why"),
        ("two\nlines", None),
        ("a\x85b", None),
        ("a\u202eb", None),
        ("1234567890", "1234567890"),
        ("12345678901", None),
        ("", None),
        ("   ", None),
        ("a\x00b", None),
        ("a\x1bb", None),
        ("\ud800", None),
        (5, None),
        (["why"], None),
    ],
)
def test_text(written: object, read: str | None) -> None:
    """Trimmed, neither empty nor too long, and nothing that cannot be stored or shown."""
    assert read == text(10)(written)


@pytest.mark.parametrize(
    ("written", "number", "boolean"),
    [
        (0, 0, None),
        (1042, 1042, None),
        (10**18 - 1, 10**18 - 1, None),
        (10**18, None, None),
        (-1, None, None),
        (1.0, None, None),
        ("1", None, None),
        (True, None, True),
        (False, None, False),
        ("true", None, None),
    ],
)
def test_numbers_and_truths(written: object, number: int | None, boolean: bool | None) -> None:  # noqa: FBT001 - a table
    """JSON's own types only: no text that looks like one, no true that counts as 1."""
    assert (number, boolean) == (whole_number(written), right(truth(written)))


@given(JSON)
def test_no_value_raises(value: object) -> None:
    """Every parser answers every JSON value."""
    parsers = (moment, past_moment(NOW), text(5), truth, whole_number, thumbprint)

    assert all(right(parse(value)) is None or isinstance(value, str | int) for parse in parsers)


def test_every_error_is_noted_before_giving_up() -> None:
    """Nested fields, list items and strangers are told together, in order, with full paths."""
    fields = Fields({"a": 1, "b": [True, 2, None], "c": {"d": "x", "e": 1}, "f": {}, "g": None, "h": 5})
    fields.take("a", truth, "a truth")
    fields.take_list("b", truth, "a truth", 3)
    nested = fields.take_object("c")
    assert nested
    nested.take("d", whole_number, "a number")
    nested.refuse_unknown()
    fields.take_list("f", truth, "a truth", 3)
    assert fields.take_object("g") is None
    fields.refuse_unknown()
    with pytest.raises(InvalidError) as raised:
        fields.finish()

    assert [
        ("a", "write true or false"),
        ("b[1]", "write true or false"),
        ("b[2]", "write true or false"),
        ("c.d", "a number"),
        ("c.e", "unknown field; known are: d"),
        ("f", "write a list of at most 3 items, as in [item, item]"),
        ("h", "unknown field; known are: a, b, c, f, g"),
    ] == list(raised.value.errors)


def test_a_thousand_errors_are_counted_and_fifty_shown() -> None:
    """The answer to a very wrong body stays readable."""
    fields = Fields({"b": [None] * 1000})
    fields.take_list("b", truth, "a truth", 1000)
    with pytest.raises(InvalidError, match=r"^1000 errors, the first: b\[0\]: write true or false\.$") as raised:
        fields.finish()

    assert len(raised.value.errors) == 50
