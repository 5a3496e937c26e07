"""What the API refuses: nothing is queued, nothing is written, nobody is touched."""

import asyncio
import json

import pytest
from support.live import Api, Tenant, principal

ALICE = "2a9f6c31-5e48-4d70-b3c9-f61e8a07d254"
RUN = "00000000-0000-4000-8000-000000000000"
READ, REVOKE, REVOKE_ALL = "Sessions.Read", "Sessions.Revoke", "Sessions.RevokeAll"
GOOD = {"users": [ALICE], "reason": "x", "dryRun": True}


async def when_quiet(tenant: Tenant) -> None:
    """Wait until the app asks nothing: a run of an earlier test may still be read back, and counts as a request."""
    asked = -1
    while asked:
        await tenant.control(reset=True)
        await asyncio.sleep(0.1)
        asked = (await tenant.journal())["requests"]


@pytest.mark.parametrize(
    ("body", "paths"),
    [
        ({}, {"reason"}),
        ({"reason": "x"}, {"users"}),
        ({"users": [], "reason": "x"}, {"users"}),
        # A word without @ may be a display name: the directory is asked for it once the rest of the body is right.
        ({"users": [ALICE, "nonsense", "a@b@c", 7], "reason": "x"}, {"users[2]", "users[3]"}),
        ({"users": [ALICE] * 10_001, "reason": "x"}, {"users"}),
        ({**GOOD, "user": []}, {"user"}),
        ({**GOOD, "dryRun": "yes", "priority": 1}, {"dryRun", "priority"}),
        ({**GOOD, "issuedBefore": "2999-01-01T00:00:00Z"}, {"issuedBefore"}),
        ({**GOOD, "incident": {"url": "javascript:alert(1)", "x": 1}}, {"incident.url", "incident.x"}),
        ([], {"", "reason"}),
    ],
)
async def test_bad_bodies_name_their_paths(api: Api, tenant: Tenant, body: object, paths: set[str]) -> None:
    """Each error has its path, and the run is nowhere."""
    await when_quiet(tenant)
    before = (await api.ask("GET", "runs?limit=1")).body["runs"]
    answer = await api.ask("POST", "runs", body)

    assert (400, "application/problem+json") == (answer.status, answer.headers["Content-Type"])
    assert paths == {error["path"] for error in answer.body["errors"]}
    assert before == (await api.ask("GET", "runs?limit=1")).body["runs"]
    assert 0 == (await tenant.journal())["requests"]


@pytest.mark.parametrize(
    ("method", "path", "body", "headers", "status"),
    [
        ("POST", "runs", b"not json", {}, 400),
        ("POST", "runs", b"\xff\xfe", {}, 400),
        ("POST", "runs", b"[" * 100_000, {}, 400),
        ("POST", "runs", b"{}", {"Content_Type": "text/plain"}, 415),
        ("POST", "runs", json.dumps({"reason": "x" * 1_000_001}).encode(), {}, 413),
        ("POST", "runs", b'{"users": ["a@b.co"], "users": ["c@d.co"], "reason": "x"}', {}, 400),
        ("POST", "runs", json.dumps(GOOD).encode(), {"Idempotency_Key": "\u00ff\u00fe\u0085"}, 400),
        ("POST", "runs?dryrun=true", json.dumps(GOOD).encode(), {}, 400),
        ("POST", "sentinel?dryRun=", b'{"Accounts": []}', {}, 400),
        ("POST", "sentinel?dryRun", b'{"Accounts": []}', {}, 400),
        ("POST", "sentinel?dryRun=true&dryRun=false", b'{"Accounts": []}', {}, 400),
        ("POST", "sentinel?issuedBefore=", b'{"Accounts": []}', {}, 400),
        ("POST", "sentinel", b"", {}, 400),
        ("POST", "sentinel", b"{}", {}, 400),
        ("POST", "sentinel", b'{"schemaId": "azureMonitorCommonAlertSchema"}', {}, 400),
        ("POST", "sentinel?cooldownMinutes=0", b'{"Accounts": []}', {}, 400),
        ("GET", f"runs/{RUN}", None, {}, 404),
        ("GET", f"runs/{RUN}/users", None, {}, 404),
        ("GET", "runs/nonsense/result", None, {}, 404),
        ("GET", "runs?limit=0", None, {}, 400),
        ("GET", "runs?state=asleep", None, {}, 400),
        ("GET", "runs?cursor=%27%20or%201", None, {}, 400),
        ("GET", "nothing/here", None, {}, 404),
        ("DELETE", "runs", None, {}, 405),
        ("PUT", f"runs/{RUN}", b"{}", {}, 405),
        ("GET", "sentinel", None, {}, 405),
    ],
)
async def test_every_refusal_is_a_problem(
    api: Api, method: str, path: str, body: bytes | None, headers: dict[str, str], status: int
) -> None:
    """Whatever is wrong, the answer is an RFC 9457 problem that says so."""
    answer = await api.ask(method, path, body, **headers)

    assert (status, "application/problem+json") == (answer.status, answer.headers["Content-Type"])
    assert status == answer.body["status"]
    assert answer.body["detail"]


@pytest.mark.parametrize(
    ("method", "path", "role"),
    [
        ("POST", "runs", REVOKE),
        ("POST", "sentinel", REVOKE),
        ("POST", f"runs/{RUN}/cancel", REVOKE),
        ("POST", f"runs/{RUN}/retry", REVOKE),
        ("GET", "runs", READ),
        ("GET", f"runs/{RUN}", READ),
        ("GET", f"runs/{RUN}/result", READ),
        ("GET", f"runs/{RUN}/users", READ),
        ("GET", f"runs/{RUN}/report", READ),
    ],
)
async def test_each_route_asks_for_its_role(api: Api, method: str, path: str, role: str) -> None:
    """No header is 401; a role that is not the route's is 403, before anything else is looked at."""
    granted = {REVOKE: {REVOKE, REVOKE_ALL}, READ: {READ}}[role]
    for header, passes in [
        (None, False),
        ("bm9uc2Vuc2U=", False),
        (principal(), False),
        *((principal(each), each in granted) for each in (READ, REVOKE, REVOKE_ALL)),
    ]:
        api.header = header
        answer = await api.ask(method, path, b"{}" if method == "POST" else None)
        refused = 401 if header in (None, "bm9uc2Vuc2U=") else 403

        assert passes == (answer.status not in (401, 403))
        assert passes or refused == answer.status


async def test_directory_scopes_need_the_larger_role(api: Api) -> None:
    """Whoever may revoke named users may not revoke everybody."""
    api.header = principal(REVOKE)
    answer = await api.ask("POST", "runs", {"allUsers": True, "reason": "x"})

    assert 403 == answer.status
