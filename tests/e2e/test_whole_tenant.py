"""Users whom nobody named, through the API on real parts, judged by the tenant's own journal."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest
from support.live import Api, Tenant, principal

from local.tenant import unusual

EVERYBODY = {"allUsers": True, "reason": "whole tenant"}
PROTECTED = {"breakglass1@contoso.com", "6f1d0b7a-93c4-4e25-8a6e-0d5b2c71f908"}
LONG_AGO = "2020-01-01T00:00:00Z"
# Users that look like something else: where a user signs in decides, not the type.
OURS = (unusual.AGENT, unusual.INTERNAL_GUEST, unusual.UNTYPED, unusual.CONVERTED)
ELSEWHERE = (unusual.EXTERNAL_MEMBER, unusual.RENAMED_EXTERNAL, unusual.PENDING_GUEST)
HOMELESS = (
    *(unusual.PASSCODE_GUEST, unusual.GOOGLE_GUEST, unusual.ACCOUNT_GUEST, unusual.SAML_GUEST),
    unusual.SELF_SERVICE,
)
LINKED = {"id": "7c2e1d90-4b8a-4f63-9d15-8e0a6b3c5d99", "userPrincipalName": "lena@contoso.com", "linked": "google.com"}
GROUP, ROLE = "5a0e7c11-90d2-4b6f-8c3d-1f2e3d4c5b6a", "f2ef992c-3afb-46b9-b7cf-a126ee74c451"
EXPECTED = {
    **{person.id: ("verified", None) for person in OURS},
    **{person.id: ("not_effective", "external_user") for person in ELSEWHERE},
    **{person.id: ("not_effective", "external_no_home") for person in HOMELESS},
    LINKED["id"]: ("verified", None),
}


@pytest.fixture
async def managed(tenant: Tenant) -> AsyncIterator[Tenant]:
    """Return the tenant, which a test may federate."""
    yield tenant
    await tenant.control(federation="managed")


async def everybody(api: Api, run: str) -> list[dict[str, Any]]:
    """Return all users of a run."""
    found: list[dict[str, Any]] = []
    cursor = ""
    while True:
        page = (await api.ask("GET", f"runs/{run}/users?limit=1000{cursor}")).body
        found += page["users"]
        if page["cursor"] is None:
            return found
        cursor = f"&cursor={page['cursor']}"


async def test_a_whole_tenant_is_evicted_and_proved(api: Api, tenant: Tenant) -> None:
    """Every member is revoked once and read back, guests and protected accounts are told apart; again is free.

    Again within ten minutes is for more users than the cap together, so a second person approves it.
    """
    started = await api.ask("POST", "runs", EVERYBODY)
    status = await api.finish(started.body["runId"], 60)
    users, journal = await everybody(api, status["runId"]), await tenant.journal()

    assert 202 == started.status
    assert "completed" == status["state"]
    assert journal["users"] == status["total"] == len({user["id"] for user in users}) == len(users)
    assert {"verified", "not_effective", "protected"} == set(status["counts"])
    assert 2 == status["counts"]["protected"]
    assert status["counts"]["verified"] == journal["revokedUsers"]
    assert 0 == journal["duplicates"] == journal["statuses"].get("429", 0)
    for name in PROTECTED:
        assert 0 == (await tenant.user(name))["accepted"]

    again = await api.ask("POST", "runs", {**EVERYBODY, "issuedBefore": status["issuedBefore"]})
    other = replace(api, header=principal("Sessions.RevokeAll", "Sessions.Read", person="9" * 36, name="Sam Second"))
    approved = await other.ask("POST", f"runs/{again.body['runId']}/approve", b"")
    free = await api.finish(again.body["runId"], 60)

    assert ("awaiting_approval", 202) == (again.body["state"], approved.status)
    assert status["counts"]["verified"] == free["counts"]["already_revoked"]
    assert journal["revokes"] == (await tenant.journal())["revokes"]


async def test_unusual_users_end_the_same_in_every_scope(api: Api, tenant: Tenant) -> None:
    """Named, in a group, by a role that the group holds, and by a filter: agents and internal guests are signed out."""
    group = {"id": GROUP, "displayName": "Unusual", "members": list(EXPECTED), "isAssignableToRole": True}
    await tenant.control(addUsers=[LINKED], addGroups=[group], assign=[{"role": ROLE, "principal": GROUP}])
    scopes = (
        {"users": list(EXPECTED)},
        {"groups": [GROUP]},
        {"roles": [ROLE]},
        {"filter": "startswith(userPrincipalName,'ivan.')"},
    )
    started = [await api.ask("POST", "runs", {"reason": "unusual users", **scope}) for scope in scopes]
    ended = await asyncio.gather(*(api.finish(answer.body["runId"]) for answer in started))

    for scope, status in zip(scopes, ended, strict=True):
        page = (await api.ask("GET", f"runs/{status['runId']}/users?limit=1000")).body["users"]
        found = {user["id"]: (user["outcome"], user["reason"]) for user in page}
        assert found == (EXPECTED if "filter" not in scope else {key: EXPECTED[key] for key in found})
        assert found
        assert status["state"] == "completed"


@pytest.mark.parametrize("state", ["stale", "rotated"])
async def test_a_federated_tenant_is_gated(api: Api, managed: Tenant, state: str) -> None:
    """409 names the certificate and what to do; acknowledged, or asked with a date that fits, the run goes."""
    await managed.control(federation=state)
    bare = await api.ask("POST", "runs", EVERYBODY)
    dated = await api.ask("POST", "runs", {**EVERYBODY, "compromisedAt": LONG_AGO, "dryRun": True})

    assert 409 == bare.status
    assert "compromisedAt" == bare.body["errors"][0]["path"]
    assert 40 == len(bare.body["certificates"][0]["thumbprint"])
    assert 202 == dated.status

    listed = [one["thumbprint"] for one in bare.body["certificates"]]
    thumbs = await api.ask("POST", "runs", {**EVERYBODY, "compromisedThumbprints": listed[:1]})
    known = await api.ask("POST", "runs", {**EVERYBODY, "acknowledge": ["federation_not_rotated"]})

    assert 409 == thumbs.status
    assert listed[:1] == [one["thumbprint"] for one in thumbs.body["certificates"]]
    assert ["federation_not_rotated"] == thumbs.body["acknowledge"]
    assert 202 == known.status
    assert any("Acknowledged by Rita Responder" in sentence for sentence in known.body["warnings"])
    report = await api.ask("GET", f"runs/{known.body['runId']}/report")
    assert known.body["warnings"] == report.body["warnings"]
    await api.ask("POST", f"runs/{known.body['runId']}/cancel", b"")
    assert "cancelled" == (await api.finish(known.body["runId"], 60))["state"]


async def test_preflight_tells_what_stands_ready(api: Api, managed: Tenant) -> None:
    """Permissions, certificates, numbers, protected accounts and the time everybody would take."""
    await managed.control(federation="stale")
    answer = await api.ask("GET", "preflight?compromisedAt=2026-01-01T00:00:00Z")

    assert 200 == answer.status
    assert all(permission["granted"] for permission in answer.body["permissions"])
    assert "not_rotated" == answer.body["federation"]["verdict"]
    known = answer.body["users"]["members"] + answer.body["users"]["guests"]
    assert 600 == answer.body["users"]["total"] > known > 580
    assert 600 == known + answer.body["users"]["untyped"]  # old tenants have users without a userType
    assert PROTECTED == {account["entry"] for account in answer.body["protected"]}
    assert all(account["userPrincipalName"] for account in answer.body["protected"])
    assert 600 == answer.body["estimate"]["users"]


async def test_a_missing_permission_is_said(api: Api, tenant: Tenant) -> None:
    """Preflight says what is missing and what for; a scope that needs it is refused with its name."""
    granted = ["User.RevokeSessions.All", "User.Read.All"]
    await tenant.control(roles=granted, expireTokens=True)
    try:
        answer = await api.ask("GET", "preflight")
        refused = await api.ask("POST", "runs", {"roles": ["privileged"], "reason": "x"})
    finally:
        names = [permission["name"] for permission in answer.body["permissions"]]
        await tenant.control(roles=names, expireTokens=True)

    assert 409 == refused.status
    assert "RoleManagement.Read.Directory" in refused.body["detail"]
    assert "unchecked" == answer.body["federation"]["verdict"]


@pytest.mark.parametrize(
    ("scope", "path"),
    [
        ({"groups": ["0a0a0a0a-1111-4222-8333-444444444444"]}, "groups[0]"),
        ({"filter": "startsWith(nonsense"}, "filter"),
        ({"allUsers": True, "exclude": {"groups": ["0a0a0a0a-1111-4222-8333-444444444444"]}}, "exclude.groups[0]"),
    ],
)
async def test_a_scope_that_names_nothing_starts_nothing(
    api: Api, tenant: Tenant, scope: dict[str, object], path: str
) -> None:
    """400 names the field, with Graph's own words for a filter."""
    before = await api.ask("GET", "runs?limit=1")
    answer = await api.ask("POST", "runs", {"reason": "x", **scope})

    assert (400, path) == (answer.status, answer.body["errors"][0]["path"])
    assert before.body["runs"] == (await api.ask("GET", "runs?limit=1")).body["runs"]
    assert 0 == (await tenant.journal())["revokes"]["accepted"]


async def test_directory_scopes_need_their_role(api: Api) -> None:
    """Sessions.Revoke names users; everybody, and stopping a run over everybody, takes Sessions.RevokeAll."""
    small = replace(api, header=principal("Sessions.Revoke", "Sessions.Read"))
    run = (await api.ask("POST", "runs", {**EVERYBODY, "dryRun": True})).body["runId"]

    assert 403 == (await small.ask("POST", "runs", EVERYBODY)).status
    assert 403 == (await small.ask("POST", f"runs/{run}/cancel", b"")).status
    assert 403 == (await small.ask("POST", f"runs/{run}/approve", b"")).status
    assert "completed" == (await api.finish(run))["state"]


async def test_a_filter_and_a_role_add_up(api: Api, tenant: Tenant) -> None:
    """One run over a department and every privileged user: each once, as the journal has it."""
    body = {"filter": "department eq 'Legal'", "roles": ["privileged"], "reason": "both"}
    status = await api.finish((await api.ask("POST", "runs", body)).body["runId"], 60)
    users = await everybody(api, status["runId"])
    revoked = [user for user in users if user["outcome"] == "verified"]

    assert {"filter", "roles/privileged"} == {user["requestedAs"] for user in users}
    assert (await tenant.journal())["revokedUsers"] == len(revoked)
    assert len({user["id"] for user in users}) == len(users)


async def test_a_large_run_waits_for_a_second_person(api: Api, tenant: Tenant) -> None:
    """Above the cap nothing happens until somebody else approves; then everybody is accounted for."""
    names = [f"ghost{number}@contoso.com" for number in range(1001)]
    run = (await api.start(*names, "alice@contoso.com")).body
    own = await api.ask("POST", f"runs/{run['runId']}/approve", b"")
    other = replace(api, header=principal("Sessions.Revoke", "Sessions.Read", person="9" * 36, name="Sam Second"))

    assert ("awaiting_approval", None) == (run["state"], run["startedAt"])
    assert 403 == own.status
    assert 0 == (await tenant.journal())["revokes"]["accepted"]
    assert 202 == (await other.ask("POST", f"runs/{run['runId']}/approve", b"")).status
    status = await api.finish(run["runId"], 60)
    assert {"not_found": 1001, "verified": 1} == status["counts"]
    assert {"id": "9" * 36, "name": "Sam Second"} == status["approval"]["approvedBy"]
    assert 409 == (await other.ask("POST", f"runs/{run['runId']}/approve", b"")).status
