"""The mistakes that only the API sees, of the list that the command's tests number: each is answered, or works."""

import json
from typing import NamedTuple

import pytest
from support.company import ALICE, BEN, GUEST
from support.in_process import EVERY_ROLE, Front


class Mistake(NamedTuple):
    """What was sent, and what must be answered."""

    number: str
    body: bytes
    status: int
    said: str
    kind: str = "application/json"
    query: str = ""


def body(**fields: object) -> bytes:
    """Return a body with a reason."""
    return json.dumps({"reason": "x", **fields}).encode()


BODIES = [
    Mistake("85", body(users=["dana@fabrikam.com"], dryRun=True), 202, "not_found"),
    Mistake("85, a guest", body(users=[GUEST.user_principal_name], dryRun=True), 202, "planned"),
    Mistake("87", body(users=[BEN.id], exclude={"users": ["gale@contoso.com"]}), 400, "gale@contoso.com"),
    Mistake("89", body(users=[BEN.id], exclude={"users": ["user0000015@contoso.com"]}), 400, "would spare no user"),
    Mistake("91", body(users=[BEN.id]), 415, "send application/json", "application/x-www-form-urlencoded"),
    Mistake("92", b"{'users':['ben@contoso.com'],'reason':'x'}", 400, "send one JSON object"),
    Mistake("93", body(user="ben@contoso.com"), 400, "did you mean users?"),
    Mistake("94", body(users="ben@contoso.com"), 400, "as in [item, item]"),
    Mistake("95", body(allusers=True), 400, "did you mean allUsers?"),
    Mistake("96", body(users=[BEN.id], dry_run=True), 400, "did you mean dryRun?"),
    Mistake("97", body(users=[BEN.id], dryRun="true"), 400, "without quotes"),
    Mistake("98", body(users=[BEN.id]), 400, "dryRun", query="dryRun=true"),
    Mistake("plan and users", body(plan=BEN.id, users=[BEN.id]), 400, "plan applies a dry run as it is"),
    Mistake("plan of none", body(plan=BEN.id), 404, "There is no run"),
    Mistake("plan by a name", body(plan="yesterday's"), 400, "write the id of a dry run"),
]


@pytest.mark.parametrize("mistake", BODIES, ids=lambda mistake: mistake.number)
async def test_a_body_is_answered(mistake: Mistake) -> None:
    """The answer says what was wrong with this input and what to send; nothing is revoked for it."""
    front = Front()
    headers = {"x-ms-client-principal": EVERY_ROLE, "content-type": mistake.kind}
    answer = await front.ask("start_run", body=mistake.body, query=mistake.query, headers=headers)

    assert mistake.status == answer.status
    assert mistake.said in json.dumps(answer.json, ensure_ascii=False)
    assert ALICE.id not in front.world.graph_users.revoked
    assert not front.world.graph_users.revoked


@pytest.mark.parametrize(
    ("number", "method", "path", "status", "said"),
    [
        ("99", "GET", "/", 404, "openapi.json lists what there is"),
        ("100", "GET", "", 404, "openapi.json lists what there is"),
        ("101", "DELETE", "/runs", 405, "it takes GET, POST"),
    ],
)
async def test_a_path_is_answered(number: str, method: str, path: str, status: int, said: str) -> None:
    """What there is, or what the path takes."""
    answer = await Front().ask("unknown", method=method, path=path)

    assert status == answer.status, number
    assert said in answer.json["detail"]
