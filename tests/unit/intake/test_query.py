"""Query parameters: known names only, and one parser a kind."""

from collections.abc import Callable

import pytest
from hypothesis import given, strategies as st

from revoker.core.problems import InvalidError
from revoker.core.run import State
from revoker.intake.call import Call
from revoker.intake.query import cursor, known_query, limit, word

STATES = tuple(State)


def outcome(parse: Callable[[], object]) -> object:
    """Return what is parsed, or the paths of what is wrong."""
    try:
        return parse()
    except InvalidError as error:
        return [path for path, _ in error.errors]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", {}),
        ("?", {}),
        ("?limit=1", {"limit": "1"}),
        ("?limit=1&Limit=2&dryrun=true", ["Limit", "dryrun"]),
        ("?dryrun", ["dryrun"]),
        ("?dryRun=", {"dryRun": ""}),
        ("?dryRun", {"dryRun": ""}),
        ("?dryRun=true&dryRun=", {"dryRun": "true,"}),
        ("?dryRun=true&dryRun=false", {"dryRun": "true,false"}),
        ("?limit=%31&dryRun=a+b%2Bc", {"limit": "1", "dryRun": "a b+c"}),
        ("?limit=1?dryRun=true", {"limit": "1?dryRun=true"}),
        ("?limit=1#dryRun=true", {"limit": "1#dryRun=true"}),
    ],
)
def test_an_unknown_parameter_is_refused(query: str, expected: object) -> None:
    """A misspelt dryRun would be a real run, and so would an empty one, which the platform's own parsing loses."""
    call = Call("GET", f"http://localhost/api/runs{query}")

    assert expected == outcome(lambda: known_query(call, "limit", "dryRun"))


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (None, 20),
        ("1", 1),
        ("100", 100),
        ("007", 7),
        *((wrong, ["limit"]) for wrong in ("", "0", "101", "-1", "+5", "1.0", "1e2", " 5", "ten", "\u0665", "\u00b2")),
        ("0000000019", ["limit"]),
        ("000000001" + "9" * 5000, ["limit"]),
    ],
    ids=lambda value: repr(value)[:30],
)
def test_limit(given: str | None, expected: object) -> None:
    """A whole number within bounds, in plain digits and not too many."""
    query = {} if given is None else {"limit": given}

    assert expected == outcome(lambda: limit(query, default=20, most=100))


@pytest.mark.parametrize(
    ("given", "expected"),
    [(None, None), ("revoking", State.REVOKING), ("Revoking", ["state"]), ("", ["state"]), ("done", ["state"])],
)
def test_word(given: str | None, expected: object) -> None:
    """One of the words, to the letter."""
    query = {} if given is None else {"state": given}

    assert expected == outcome(lambda: word(query, "state", STATES))


@pytest.mark.parametrize(
    ("given", "expected"),
    [(None, None), ("0" * 32, "0" * 32), ("0" * 31, ["cursor"]), ("0" * 32 + "\n", ["cursor"]), ("' or 1", ["cursor"])],
)
def test_cursor(given: str | None, expected: object) -> None:
    """Only what we gave out, since it becomes part of a query."""
    query = {} if given is None else {"cursor": given}

    assert expected == outcome(lambda: cursor(query, "[0-9a-f]{32}"))


@given(st.text())
def test_no_text_raises_anything_else(text: str) -> None:
    """Any text is a number within bounds or an error with its path."""
    parsed = outcome(lambda: limit({"limit": text}, default=20, most=100))

    assert parsed == ["limit"] or 1 <= int(str(parsed)) <= 100
