import base64

import pytest
from hypothesis import given, strategies as st

from local.host.fate import Fate, Rule, decode

WORK, POISON = Rule("work", 5), Rule("work-poison", 5)


@pytest.mark.parametrize(
    ("rule", "dequeue_count", "decoded", "expected"),
    [
        (WORK, 1, True, Fate.INVOKE),
        (WORK, 5, True, Fate.INVOKE),
        (WORK, 6, True, Fate.POISON),
        (WORK, 1, False, Fate.POISON),
        (POISON, 5, True, Fate.INVOKE),
        (POISON, 6, True, Fate.LEAVE),
        (POISON, 1, False, Fate.LEAVE),
    ],
)
def test_on_arrival(rule: Rule, dequeue_count: int, decoded: bool, expected: Fate) -> None:  # noqa: FBT001  # a table
    """A message that came too often, or is not what it should be, never reaches the function."""
    assert expected == rule.on_arrival(dequeue_count, decoded=decoded)


@pytest.mark.parametrize(
    ("rule", "dequeue_count", "raised", "expected"),
    [
        (WORK, 1, False, Fate.DELETE),
        (WORK, 5, False, Fate.DELETE),
        (WORK, 1, True, Fate.RELEASE),
        (WORK, 4, True, Fate.RELEASE),
        (WORK, 5, True, Fate.POISON),
        (POISON, 1, False, Fate.DELETE),
        (POISON, 1, True, Fate.LEAVE),
        (POISON, 5, True, Fate.LEAVE),
    ],
)
def test_on_return(rule: Rule, dequeue_count: int, raised: bool, expected: Fate) -> None:  # noqa: FBT001  # a table
    """What failed is tried again up to the maximum, then goes to poison, of which there is one stage only."""
    assert expected == rule.on_return(dequeue_count, raised=raised)


@given(st.text())
def test_a_base64_body_is_read_back(body: str) -> None:
    """What a client encodes, the function sees as it was."""
    assert body == decode(base64.b64encode(body.encode()).decode(), as_base64=True)


@pytest.mark.parametrize("text", ['{"plain": "json"}', "not base64!", "abc", base64.b64encode(b"\xff\xfe").decode()])
def test_a_body_that_is_not_base64_text_is_told_apart(text: str) -> None:
    """With host.json saying base64, plain text is a mistake of the sender's."""
    assert decode(text, as_base64=True) is None


def test_without_encoding_a_body_is_taken_as_it_is() -> None:
    """With host.json saying none, there is nothing to decode."""
    assert decode("YWJj", as_base64=False) == "YWJj"
