import json

import pytest

from local.host.metadata import merged

PROPERTIES = {"Id": ("string", "7"), "DequeueCount": ("string", "1"), "InsertionTime": ("json", "null")}


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"run": "r", "attempt": 2}, {"run": ("string", "r"), "attempt": ("string", "2")}),
        ({"dequeueCount": 7}, {"DequeueCount": ("string", "7")}),
        ({"ID": "mine"}, {"Id": ("string", "mine")}),
        ({"inner": {"a": 1}}, {"inner": ("json", '{"a": 1}')}),
        ({"list": [1], "nothing": None}, {}),
        ([1, 2], {}),
        ("text", {}),
    ],
)
def test_the_keys_of_a_body_stand_among_its_properties(body: object, expected: dict[str, tuple[str, str]]) -> None:
    """A key that a property has, in whatever case, takes its place; lists and nulls do not count."""
    assert PROPERTIES | expected == merged(PROPERTIES, json.dumps(body))


@pytest.mark.parametrize("body", ["", "{", "{not json}", "plain"])
def test_a_body_that_is_no_json_changes_nothing(body: str) -> None:
    """It is handed over as the text that it is."""
    assert PROPERTIES == merged(PROPERTIES, body)
