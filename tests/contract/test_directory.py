"""The real Graph adapter against a tenant that speaks HTTP: every answer, and every absence of one, is a value."""

import asyncio

import pytest
from support.live import Tenant
from support.tenant_truth import GRANTED

from revoker.adapters.graph import identity
from revoker.adapters.graph.users import MsGraphUsers
from revoker.core.directory_user import DirectoryUser, directory_user
from revoker.core.graph_answer import GraphAnswer
from revoker.core.pool import UNNAMED
from revoker.core.request import Priority

ALICE = "2a9f6c31-5e48-4d70-b3c9-f61e8a07d254"
NAMES = (
    "alice@contoso.com",
    ALICE,
    "$dollar@contoso.com",
    "o'brien@contoso.com",
    "dana_fabrikam.com#ext#@contoso.onmicrosoft.com",
)


@pytest.mark.parametrize("name", NAMES)
async def test_any_name_reaches_its_user(tenant: Tenant, directory: MsGraphUsers, name: str) -> None:
    """Ids and UPNs with ``#``, ``'`` or a leading ``$`` are encoded so that exactly that user is read and revoked."""
    read = await directory.read([name], Priority.URGENT)
    revoked = await directory.revoke([name], Priority.URGENT)
    seen = directory_user(read[name].body)

    assert seen is not None
    assert name in seen.names
    assert (200, True) == (revoked[name].status, revoked[name].body["value"])
    assert 1 == (await tenant.user(seen.id))["accepted"]


async def test_a_restricted_unit_is_told_where_the_directory_tells(tenant: Tenant, directory: MsGraphUsers) -> None:
    """True, false, or nothing: of a user that is unknown, that cannot be read, or of a tenant without the property."""
    await tenant.control(restricted=[ALICE])
    names = [ALICE, "ben@contoso.com", "nobody@contoso.com"]
    told = await directory.shielded(names, Priority.URGENT)
    await tenant.script({"match": "isManagementRestricted", "status": 400, "times": 3})

    assert {ALICE: True, "ben@contoso.com": False} == told
    assert {} == await directory.shielded(names, Priority.URGENT)


async def test_many_are_read_in_batches(directory: MsGraphUsers) -> None:
    """More names than one batch takes each get their own answer, whatever order they come back in."""
    names = [f"nobody{number}@contoso.com" for number in range(45)] + ["alice@contoso.com"]
    answers = await directory.read(names, Priority.BULK)

    assert [*[404] * 45, 200] == [answers[name].status for name in names]


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        ({"match": "revokeSignInSessions", "status": 429, "headers": {"Retry-After": "7.5"}}, (429, None, 7.5)),
        ({"match": "revokeSignInSessions", "status": 429, "headers": {"Retry-After": "0,20"}}, (429, None, 20.0)),
        ({"match": "revokeSignInSessions", "status": 429}, (429, None, None)),
        ({"match": "revokeSignInSessions", "status": 503}, (503, None, None)),
        ({"match": "revokeSignInSessions", "status": 403}, (403, None, None)),
        ({"match": "revokeSignInSessions", "drop": True}, (None, "missing", None)),
        ({"match": "$batch", "status": 429, "headers": {"Retry-After": "3"}}, (429, None, 3.0)),
        ({"match": "$batch", "status": 429, "headers": {"Retry-After": "30,20"}}, (429, None, 30.0)),
        ({"match": "$batch", "status": 503}, (503, None, None)),
        ({"match": "$batch", "truncate": True}, (None, "unreadable", None)),
        ({"match": "$batch", "reset": True}, (None, "connection", None)),
        ({"match": "$batch", "delayMs": 1500}, (None, "timeout", None)),
    ],
)
async def test_every_misfortune_is_an_answer(
    tenant: Tenant, directory: MsGraphUsers, script: dict[str, object], expected: tuple[object, ...]
) -> None:
    """Nothing is raised and nothing is tried a second time: the queue is the one retry loop."""
    await tenant.script({"times": 1, **script})
    answer = (await directory.revoke([ALICE], Priority.URGENT))[ALICE]

    assert expected == (answer.status, answer.fault, answer.retry_after)


async def test_a_date_to_wait_for_is_obeyed(tenant: Tenant, directory: MsGraphUsers) -> None:
    """A Retry-After that is an HTTP date is the time until then; the refusal names the write quota."""
    await tenant.control(retryAfter="date", writeBurst=1, writeRate=0.05)
    first = await directory.revoke([ALICE], Priority.URGENT)
    second = (await directory.revoke([ALICE], Priority.URGENT))[ALICE]
    await tenant.control(writeBurst=3000, writeRate=20)

    assert first[ALICE].accepted
    assert (429, True) == (second.status, second.write_limited)
    assert second.retry_after is not None
    assert 10 < second.retry_after <= 21


@pytest.mark.parametrize("status", [500, 401])
async def test_a_token_that_cannot_be_renewed_is_an_answer(
    tenant: Tenant, directory: MsGraphUsers, status: int
) -> None:
    """The refused users are told so, and nothing is raised; the next call asks for a token again."""
    await directory.ping()
    await tenant.control(expireTokens=True, identityFails={"after": 0, "status": status})
    refused = (await directory.revoke([ALICE], Priority.URGENT))[ALICE]
    await tenant.control(identityFails=None)
    again = (await directory.revoke([ALICE], Priority.URGENT))[ALICE]

    assert (None, "no_token") == (refused.status, refused.fault)
    assert again.accepted


async def test_a_rotated_identity_header_is_read_anew(
    tenant: Tenant, directory: MsGraphUsers, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Asked with the header of before, the platform gives no token; the next call asks with what stands there now."""
    await tenant.control(identityHeader="rotated")
    refused = (await directory.revoke([ALICE], Priority.URGENT))[ALICE]
    monkeypatch.setenv("IDENTITY_HEADER", "rotated")
    again = (await directory.revoke([ALICE], Priority.URGENT))[ALICE]

    assert (None, "no_token") == (refused.status, refused.fault)
    assert again.accepted


async def test_a_permission_works_once_the_platform_has_a_token_with_it(
    tenant: Tenant, directory: MsGraphUsers, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Until then Graph refuses, whatever was granted; our own copy of the token adds no wait of its own."""
    monkeypatch.setattr(identity, "_OWN_COPY_SECONDS", 0)
    await tenant.control(stickyTokens=True, roles=["User.Read.All"])
    before = (await directory.revoke([ALICE], Priority.URGENT))[ALICE]
    await tenant.control(roles=list(GRANTED))
    granted = (await directory.revoke([ALICE], Priority.URGENT))[ALICE]
    told = await directory.permissions_of(UNNAMED)
    await tenant.control(stickyTokens=True)  # begins anew, as when the old token has expired on the platform
    again = (await directory.revoke([ALICE], Priority.URGENT))[ALICE]

    assert (403, 403, True) == (before.status, granted.status, again.accepted)
    assert frozenset({"User.Read.All"}) == told


async def test_a_platform_without_a_newer_token_changes_nothing(
    tenant: Tenant, directory: MsGraphUsers, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While the endpoint fails, the token at hand is used to its end."""
    monkeypatch.setattr(identity, "_OWN_COPY_SECONDS", 0)
    await directory.ping()
    await tenant.control(identityFails={"status": 400})

    assert (await directory.revoke([ALICE], Priority.URGENT))[ALICE].accepted


async def test_one_failure_serves_all_who_wait(tenant: Tenant, directory: MsGraphUsers) -> None:
    """Twenty calls do not wait one after the other for an endpoint that fails slowly."""
    await tenant.control(identityFails={"status": 400, "delayMs": 200})
    answers = await asyncio.gather(*(directory.revoke([ALICE], Priority.URGENT) for _ in range(20)))

    assert {"no_token"} == {answer[ALICE].fault for answer in answers}
    assert 1 == (await tenant.journal())["tokens"]


async def test_a_refused_token_is_renewed_once(tenant: Tenant, directory: MsGraphUsers) -> None:
    """A token that Graph no longer takes is replaced, and the users are revoked in the same call."""
    await directory.ping()
    await tenant.control(expireTokens=True)
    answers = await directory.revoke([ALICE], Priority.URGENT)

    assert answers[ALICE].accepted
    assert 1 == (await tenant.user(ALICE))["accepted"]


async def test_one_token_serves_all_who_wait(tenant: Tenant, directory: MsGraphUsers) -> None:
    """Twenty cold calls at once ask the identity endpoint once: the library's credential would ask twenty times."""
    answers = await asyncio.gather(*(directory.read([ALICE], Priority.URGENT) for _ in range(20)))
    journal = await tenant.journal()

    assert {200} == {answer[ALICE].status for answer in answers}
    assert 1 == journal["tokens"]


@pytest.mark.parametrize(
    ("attribute", "value", "found"),
    [
        ("onPremisesSamAccountName", "frank", 1),
        ("onPremisesSamAccountName", "twin", 2),
        ("onPremisesSamAccountName", "o'nobody", 0),
        ("onPremisesSecurityIdentifier", "S-1-5-21-1004336348-1177238915-682003330-5300", 0),
        ("onPremisesSecurityIdentifier", "S-1-5-21-1004336348-1177238915-682003330-5140", 1),
        ("displayName", "Alice Example", 1),
        ("displayName", "x' or accountEnabled eq true or displayName eq 'x", 0),
    ],
)
async def test_a_search_finds_who_bears_the_value(
    directory: MsGraphUsers, attribute: str, value: str, found: int
) -> None:
    """On-premises names and SIDs are looked up exactly; a quote in a value stays inside it."""
    matches = await directory.search(attribute, value)

    assert isinstance(matches, tuple)
    assert found == len(matches)
    assert all(isinstance(match, DirectoryUser) for match in matches)


async def test_a_missing_permission_is_an_answer(tenant: Tenant, directory: MsGraphUsers) -> None:
    """Without User.Read.All a read is a 403, which the caller reports."""
    await tenant.control(roles=["User.RevokeSessions.All"])
    answers = await directory.read([ALICE], Priority.URGENT)
    matches = await directory.search("onPremisesSamAccountName", "frank")

    assert 403 == answers[ALICE].status
    assert isinstance(matches, GraphAnswer)


async def test_the_token_tells_the_home_tenant(directory: MsGraphUsers) -> None:
    """The tenant that accounts are compared with is the one the identity lives in."""
    assert "3f8a1c52-6b7d-4e90-9a41-0c5d2e7f8b13" == await directory.home_tenant()
