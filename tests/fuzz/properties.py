"""What holds for every input, whoever made it up."""

import re
from typing import Any

from jsonschema import Draft202012Validator
from support.in_process import Answer, Front

from revoker.web import contract
from revoker.web.boundary import PROBLEM

DOCUMENT = contract.document()
_PROBLEM = Draft202012Validator({"$ref": "#/components/schemas/Problem", "components": DOCUMENT["components"]})
_KEY = re.compile(r"[^/\\#?\x00-\x1f\x7f-\x9f]{1,512}")
# Azure Tables: a text has 64 KiB of UTF-16.
_LONGEST_TEXT = 32 * 1024


def refuses_properly(answer: Answer) -> None:
    """Assert that a refusal is an RFC 9457 problem, and that a 400 says where and what to write instead."""
    if answer.status < 400:
        return
    problem = answer.json

    assert PROBLEM == answer.media_type
    _PROBLEM.validate(problem)
    assert answer.status == problem["status"]
    assert problem["detail"]
    assert answer.status != 400 or problem["errors"]
    assert all(error["message"] for error in problem.get("errors", ()))


def does_not_break(answer: Answer, described: Any) -> None:  # noqa: ANN401 - a part of the contract
    """Assert that there is no 5xx but one that the contract describes as a refusal: 501 for what is not built."""
    assert answer.status < 500 or (answer.status == 501 and "501" in described["responses"]), answer.body


def leaves_nothing(before: object, front: Front) -> None:
    """Assert that no row and no message came, went or changed."""
    assert before == front.written()


def could_be_stored(front: Front) -> None:
    """Assert that Azure Tables would take every row: the stand-in takes anything."""
    for row in front.rows():
        assert all(_KEY.fullmatch(row[name]) for name in ("PartitionKey", "RowKey"))
        for text in (value for value in row.values() if isinstance(value, str)):
            assert len(text.encode("utf-16-le")) // 2 <= _LONGEST_TEXT  # raises for half a surrogate pair
