"""From an HTTP request to the tenant's journal, on the embedded host with real queues and tables."""

import asyncio
import json
import uuid
from pathlib import Path

import pytest
from support.live import Api, Tenant

from local.tenant.tokens import DEFAULT_ROLES

ALICE = "2a9f6c31-5e48-4d70-b3c9-f61e8a07d254"
BEN = "6f1d0b7a-93c4-4e25-8a6e-0d5b2c71f901"
CARA = "6f1d0b7a-93c4-4e25-8a6e-0d5b2c71f902"
ERIN = "6f1d0b7a-93c4-4e25-8a6e-0d5b2c71f909"
DANA = "dana_fabrikam.com#EXT#@contoso.onmicrosoft.com"
EVENTS = Path(__file__).parents[1] / "events" / "sentinel"


def event(name: str) -> object:
    """Return a recorded payload."""
    return json.loads((EVENTS / f"{name}.json").read_bytes())


async def crowd(tenant: Tenant, count: int) -> list[str]:
    """Return the ids of generated members."""
    found: list[str] = []
    for number in range(20, 600):
        user = await tenant.user(f"user{number:06d}@contoso.com")
        found += [user["id"]] if user.get("id") else []
        if len(found) == count:
            break
    return found


async def test_explicit_users_of_every_kind(api: Api, tenant: Tenant) -> None:
    """Ids and UPNs, twice and in any casing, a guest, a stranger and protected accounts each get their outcome."""
    protected = ("BREAKGLASS1@contoso.com", "6f1d0b7a-93c4-4e25-8a6e-0d5b2c71f908")
    accepted = await api.start(
        ALICE.upper(),
        "Alice@Contoso.com",
        "$dollar@contoso.com",
        "o'brien@contoso.com",
        DANA,
        "nobody@contoso.com",
        *protected,
    )
    status = await api.finish(accepted.body["runId"])

    expected = {
        ALICE.upper(): ("verified", None),
        "$dollar@contoso.com": ("verified", None),
        "o'brien@contoso.com": ("verified", None),
        DANA: ("not_effective", "external_user"),
        "nobody@contoso.com": ("not_found", "no_such_user"),
        protected[0]: ("protected", "protected_account"),
        protected[1]: ("protected", "protected_account"),
    }
    assert expected == await api.outcomes(status["runId"])
    assert "completed_with_failures" == status["state"]
    assert 7 == status["total"]
    journal = await tenant.journal()
    assert (4, 0) == (journal["revokes"]["accepted"], journal["duplicates"])
    assert 0 == (await tenant.user("breakglass1@contoso.com"))["accepted"]
    assert 0 == (await tenant.user("breakglass2@contoso.com"))["accepted"]


async def test_accepting_a_run(api: Api, tenant: Tenant) -> None:
    """202 says where to wait and who asked, and carries the countermeasure's keys."""
    accepted = await api.start(ALICE, incident={"number": 7, "title": "stolen cookie"})

    assert 202 == accepted.status
    assert accepted.headers["Location"].endswith(f"/api/runs/{accepted.body['runId']}/result")
    assert accepted.headers["Retry-After"].isdigit()
    assert {"id": "11111111-2222-4333-8444-555555555555", "name": "Rita Responder"} == accepted.body["requestedBy"]
    assert ("CM0077", ["T1550", "T1550.001"]) == (accepted.body["countermeasure"], accepted.body["techniques"])
    status = await api.finish(accepted.body["runId"])
    assert ({"verified": 1}, 1.0) == (status["counts"], status["progress"])
    assert status["residualAccessUntil"] > status["finishedAt"]
    assert 1 == (await tenant.user(ALICE))["accepted"]


@pytest.mark.parametrize(
    ("name", "expected", "revoked"),
    [
        ("incident", {ALICE: "verified", "ben@contoso.com": "verified"}, 2),
        ("edge_duplicates", {ALICE: "verified", "ben@contoso.com": "verified"}, 2),
        ("alert", {ALICE: "verified", "WKS-017$": "excluded", "svc-nested@contoso.com": "verified"}, 2),
        ("edge_guest_ext", {DANA: "not_effective"}, 1),
        ("edge_sid_only", None, 0),
        ("risky_user", {ALICE: "verified"}, 1),
        ("entity", {ALICE: "verified"}, 1),
        ("defender_incident", None, 1),
    ],
)
async def test_sentinel_payloads(
    api: Api, tenant: Tenant, name: str, expected: dict[str, str] | None, revoked: int
) -> None:
    """A recorded trigger body revokes exactly the accounts it names, and shows the others."""
    accepted = await api.ask("POST", "sentinel", event(name), Idempotency_Key=f"{name}-{id(tenant)}")
    status = await api.finish(accepted.body["runId"])
    outcomes = {given.split("\\")[-1]: outcome for given, (outcome, _) in (await api.outcomes(status["runId"])).items()}

    assert "sentinel" == status["trigger"]
    assert expected is None or expected == outcomes
    assert revoked == (await tenant.journal())["revokes"]["accepted"]


async def test_a_payload_without_accounts(api: Api, tenant: Tenant) -> None:
    """Nothing to do is said in so many words, with 200, and nothing is asked of the tenant."""
    answer = await api.ask("POST", "sentinel", event("incident_no_entities"))

    assert (200, "completed", 0) == (answer.status, answer.body["state"], answer.body["total"])
    assert answer.body["warnings"][0].startswith("0 accounts: incident 1042")
    assert 0 == (await tenant.journal())["revokes"]["accepted"]


async def test_cooldown_ends_the_loop(api: Api, tenant: Tenant) -> None:
    """An alert that comes again within the cooldown revokes nobody again."""
    # Erin alone is in no other test here: our ledger, which the tests share, remembers whom they revoked.
    body = {"@odata.type": "#microsoft.graph.riskyUser", "id": ERIN, "riskLevel": "high", "riskState": "atRisk"}
    for expected in ("verified", "already_revoked"):
        answer = await api.ask("POST", "sentinel?cooldownMinutes=10", body)
        status = await api.finish(answer.body["runId"])

        assert {expected: 1} == status["counts"]
    assert 1 == (await tenant.user(ERIN))["accepted"]


async def test_a_dry_run_touches_nobody(api: Api, tenant: Tenant) -> None:
    """A rehearsal lists everybody and ends at once."""
    answer = await api.start(ALICE, BEN, dryRun=True)
    status = await api.finish(answer.body["runId"])

    assert ({"planned": 2}, "completed") == (status["counts"], status["state"])
    assert 0 == (await tenant.journal())["revokes"]["accepted"]


@pytest.mark.parametrize("profile", ["throttled", "flaky"])
async def test_everybody_is_revoked_whatever_the_tenant_does(api: Api, tenant: Tenant, profile: str) -> None:
    """Throttling, errors, resets and cut answers cost time, and lose nobody."""
    ids = await crowd(tenant, 120)
    await tenant.faults(profile, 7)
    try:
        accepted = await api.start(*ids)
        status = await api.finish(accepted.body["runId"], 90)
    finally:
        await tenant.faults("none", 0)

    assert {"verified": 120} == status["counts"]
    assert 120 == (await tenant.journal())["revokedUsers"]


async def test_forbidden_is_refused(api: Api, tenant: Tenant) -> None:
    """Without the permission every user is `refused`, with Graph's request id for the ticket."""
    await tenant.faults("forbidden", 1)
    try:
        accepted = await api.start(ALICE, BEN)
        status = await api.finish(accepted.body["runId"])
    finally:
        await tenant.faults("none", 0)
    users = (await api.ask("GET", f"runs/{status['runId']}/users?outcome=refused")).body["users"]

    assert ({"refused": 2}, "completed_with_failures") == (status["counts"], status["state"])
    assert [403, 403] == [user["status"] for user in users]
    assert all(user["requestId"] for user in users)


async def test_without_read_permission(api: Api, tenant: Tenant) -> None:
    """What Graph accepted and nobody may read back stays `revoked`, and the run says why."""
    # The app has read its protected accounts: one that never could leaves everybody alone that may be one of them.
    await api.finish((await api.start(BEN, dryRun=True)).body["runId"])
    await tenant.control(roles=["User.RevokeSessions.All"])
    try:
        accepted = await api.start(ALICE)
        status = await api.finish(accepted.body["runId"])
    finally:
        await tenant.control(roles=list(DEFAULT_ROLES))

    assert {"revoked": 1} == status["counts"]
    assert any("User.Read.All" in warning for warning in status["warnings"])


async def test_a_slow_directory_is_looked_at_again(api: Api, tenant: Tenant) -> None:
    """A revocation that shows late is verified by the later checks."""
    await tenant.control(replicationMs=1500)
    accepted = await api.start(ALICE)
    status = await api.finish(accepted.body["runId"])

    assert {"verified": 1} == status["counts"]
    assert 1 == (await tenant.user(ALICE))["accepted"]


async def test_fifty_identical_requests_are_one_run(api: Api, tenant: Tenant) -> None:
    """A key stands for one run however often it comes at once; another body under it is a conflict."""
    key = f"key-{id(tenant)}"
    body = {"users": [ALICE], "reason": "again"}
    answers = await asyncio.gather(*(api.ask("POST", "runs", body, Idempotency_Key=key) for _ in range(50)))
    other = await api.ask("POST", "runs", {**body, "reason": "other"}, Idempotency_Key=key)

    assert {202} == {answer.status for answer in answers}
    assert 1 == len({answer.body["runId"] for answer in answers})
    assert 49 == sum(answer.body.get("replayed", False) for answer in answers)
    assert 409 == other.status
    await api.finish(answers[0].body["runId"])
    assert 1 == (await tenant.user(ALICE))["accepted"]


async def test_fifty_identical_events_are_one_run(api: Api, tenant: Tenant) -> None:
    """Without a key, the event's own id is one; the same event with more accounts is a run of its own."""
    body = json.loads((EVENTS / "incident.json").read_bytes())
    body["eventUniqueId"] = f"event-{uuid.uuid4()}"
    answers = await asyncio.gather(*(api.ask("POST", "sentinel", body) for _ in range(50)))
    status = await api.finish(answers[0].body["runId"])

    assert [202] * 50 == [answer.status for answer in answers]
    assert {status["runId"]} == {answer.body["runId"] for answer in answers}
    assert 49 == sum(answer.body.get("replayed", False) for answer in answers)
    assert {"verified": status["total"]} == status["counts"]
    assert 1 == (await tenant.user(ALICE))["accepted"]
    accounts = body["object"]["properties"]["relatedEntities"]
    accounts.append({"kind": "Account", "properties": {"aadUserId": CARA}})
    more = await api.ask("POST", "sentinel", body)
    assert (202, False) == (more.status, more.body["runId"] == status["runId"])
    assert {ALICE, "ben@contoso.com", CARA} <= set(await api.outcomes((await api.finish(more.body["runId"]))["runId"]))


async def test_fifty_payloads_under_one_key_are_one_run(api: Api, tenant: Tenant) -> None:
    """A key counts on the Sentinel route too, and there it stands for body and options."""
    key = f"key-{uuid.uuid4()}"
    answers = await asyncio.gather(
        *(api.ask("POST", "sentinel", event("risky_user"), Idempotency_Key=key) for _ in range(50))
    )
    other = await api.ask("POST", "sentinel?dryRun=true", event("risky_user"), Idempotency_Key=key)
    await api.finish(answers[0].body["runId"])

    assert [202] * 50 == [answer.status for answer in answers]
    assert 1 == len({answer.body["runId"] for answer in answers})
    assert 409 == other.status
    assert 1 == (await tenant.user(ALICE))["accepted"]


async def test_a_run_is_cancelled(api: Api, tenant: Tenant) -> None:
    """Whoever waits out a throttle is not revoked once the run is cancelled."""
    await tenant.script({"match": "revokeSignInSessions", "times": 1, "status": 429, "headers": {"Retry-After": "60"}})
    run = (await api.start(ALICE)).body["runId"]
    await api.reach(run, {"retrying": 1})
    answer = await api.ask("POST", f"runs/{run}/cancel")
    again = await api.ask("POST", f"runs/{run}/cancel")

    assert (202, {"cancelled": 1}) == (answer.status, answer.body["counts"])
    assert 202 == again.status
    assert "cancelled" == (await api.finish(run))["state"]
    assert 0 == (await tenant.user(ALICE))["accepted"]


async def test_who_was_refused_is_retried(api: Api, tenant: Tenant) -> None:
    """Once the permission is granted, a retry revokes exactly who was refused, and both runs name each other."""
    await tenant.script({"match": "revokeSignInSessions", "times": 1, "status": 403})
    run = (await api.start(ALICE)).body["runId"]
    assert {"refused": 1} == (await api.finish(run))["counts"]
    answer = await api.ask("POST", f"runs/{run}/retry")
    status = await api.finish(answer.body["runId"])

    assert ({"verified": 1}, run) == (status["counts"], status["retryOf"])
    assert status["runId"] == (await api.ask("GET", f"runs/{run}")).body["retriedBy"]
    assert 1 == (await tenant.user(ALICE))["accepted"]


async def test_runs_and_users_are_paged(api: Api, tenant: Tenant) -> None:
    """Lists are followed by their cursors, newest first, each entry once."""
    started = [(await api.start(name)).body["runId"] for name in (ALICE, BEN, DANA)]
    first = (await api.ask("GET", "runs?limit=2")).body
    second = (await api.ask("GET", f"runs?limit=1&cursor={first['cursor']}")).body

    assert started[::-1] == [run["runId"] for run in (*first["runs"], *second["runs"])]
    for run in started:
        await api.finish(run)
    done = (await api.ask("GET", "runs?state=completed&limit=100")).body["runs"]
    assert set(started) <= {run["runId"] for run in done}
    assert 0 < (await tenant.journal())["requests"]


async def test_health_and_contract(api: Api) -> None:
    """Both are open to anybody, and say what there is."""
    api.header = None
    health, contract = await api.ask("GET", "health"), await api.ask("GET", "openapi.json")

    assert {"ledger": "ok", "outbox": "ok", "identity": "ok"} == health.body["checks"]
    assert (200, 200, "3.1.0") == (health.status, contract.status, contract.body["openapi"])
    assert health.body["version"] == contract.body["info"]["version"]
