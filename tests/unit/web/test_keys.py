"""Idempotency keys at the door."""

import json

import pytest
from support.company import ALICE
from support.in_process import Front
from support.live import principal

from revoker.web.caller import Role

BODIES = {
    "start_run": {"users": [ALICE.id], "reason": "r"},
    "sentinel": {"objectSchemaType": "Incident", "eventUniqueId": "e-1", "object": {"properties": {}}},
}


@pytest.mark.parametrize("key", ["", "\x00", "a\nb", "x" * 1001], ids=repr)
@pytest.mark.parametrize("operation", BODIES)
async def test_what_is_no_key_is_refused(operation: str, key: str) -> None:
    """A key that is empty, as a playbook's empty expression is, would silently protect from nothing: 400."""
    front = Front()
    before = front.written()
    headers = front.headers() | {"idempotency-key": key}
    answer = await front.ask(operation, headers=headers, body=json.dumps(BODIES[operation]).encode())

    assert (400, ["Idempotency-Key"]) == (answer.status, [error["path"] for error in answer.json["errors"]])
    assert before == front.written()


@pytest.mark.parametrize("operation", BODIES)
async def test_a_key_is_its_callers_own(operation: str) -> None:
    """Another caller's same key is another run: nobody can occupy a key."""
    front = Front()
    ask = {"headers": front.headers() | {"idempotency-key": "k"}, "body": json.dumps(BODIES[operation]).encode()}
    first, again = await front.ask(operation, **ask), await front.ask(operation, **ask)
    other = {**ask, "headers": ask["headers"] | {"x-ms-client-principal": principal(*Role, person="somebody else")}}
    third = await front.ask(operation, **other)

    assert first.json["runId"] == again.json["runId"] != third.json["runId"]
    assert (True, None) == (again.json.get("replayed"), third.json.get("replayed"))
