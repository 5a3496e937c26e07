import json

import pytest

from local.host.metadata import merged
from revoker.core.message import Mail, Message, ScanStep, encode

TEXTS, TIMES = ("Id", "DequeueCount", "PopReceipt"), ("InsertionTime", "ExpirationTime", "NextVisibleTime")
PROPERTIES = {**dict.fromkeys(TEXTS, ("string", "7")), **dict.fromkeys(TIMES, ("json", "null"))}


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


@pytest.mark.parametrize("message", [Message("r", "b"), ScanStep("r", 1)], ids=["batch", "step"])
def test_no_key_of_our_messages_takes_the_place_of_a_property(message: Mail) -> None:
    """Or a message could claim another number of deliveries than it had."""
    assert PROPERTIES.items() <= merged(PROPERTIES, encode(message)).items()


@pytest.mark.parametrize("body", ["", "{", "{not json}", "plain"])
def test_a_body_that_is_no_json_changes_nothing(body: str) -> None:
    """It is handed over as the text that it is."""
    assert PROPERTIES == merged(PROPERTIES, body)
