import base64
import json
from typing import Any

import pytest

from local.tenant import memberships
from local.tenant.exchange import Request
from local.tenant.people import TENANT_ID
from local.tenant.tokens import DEFAULT_ROLES
from local.tenant.visitor import NOON, Visitor

ASK = "/msi/token?api-version=2019-08-01&resource=https://graph.microsoft.com"
HEADER = {"x-identity-header": "anything"}


def claims(token: str) -> dict[str, Any]:
    """Read a token the way a client diagnoses it: without verifying."""
    body = token.split(".")[1]
    found: dict[str, Any] = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
    return found


def test_a_token_says_what_the_identity_may_do() -> None:
    """Everything that azure-identity, and whoever decodes it, looks for."""
    response = Visitor(token_seconds=600).tenant.answer(Request("GET", f"{ASK}&client_id=me", HEADER), NOON).response
    answer = response.payload

    assert response.status == 200
    assert {
        "expires_on": str(int(NOON) + 600),
        "resource": "https://graph.microsoft.com",
        "token_type": "Bearer",
        "client_id": "me",
    }.items() <= answer.items()
    assert {
        "aud": "https://graph.microsoft.com",
        "tid": TENANT_ID,
        "appid": "me",
        "app_displayname": "revoker",
        "idtyp": "app",
        "roles": list(DEFAULT_ROLES),
        "iat": int(NOON),
        "exp": int(NOON) + 600,
    }.items() <= claims(answer["access_token"]).items()


@pytest.mark.parametrize(
    ("url", "headers"),
    [
        (ASK, {}),
        (ASK, {"x-identity-header": ""}),
        (ASK.replace("2019-08-01", "2017-09-01"), HEADER),
        ("/msi/token?api-version=2019-08-01", HEADER),
    ],
)
def test_the_endpoint_wants_to_be_asked_properly(url: str, headers: dict[str, str]) -> None:
    """Header, version and resource."""
    assert Visitor().tenant.answer(Request("GET", url, headers), NOON).response.status == 400


def test_a_token_lives_until_it_expires() -> None:
    """Then it is refused, with the challenge that says so."""
    visitor = Visitor(token_seconds=60)
    visitor.now += 59

    assert visitor.ask("GET", "/users?$top=1").response.status == 200

    visitor.now += 1
    response = visitor.ask("GET", "/users?$top=1").response

    assert (response.status, response.payload["error"]["code"]) == (401, "InvalidAuthenticationToken")
    assert response.headers["WWW-Authenticate"].startswith("Bearer ")


@pytest.mark.parametrize("scheme", ["", "Bearer", "Basic abc", "Bearer nonsense", "Bearer a.b.c", "Bearer é.b.c"])
def test_anything_else_is_no_token(scheme: str) -> None:
    """Nothing, the wrong scheme, not a token, a forged one."""
    response = Visitor().ask("GET", "/users", headers={"authorization": scheme}).response

    assert (response.status, response.payload["error"]["code"]) == (401, "InvalidAuthenticationToken")


def test_a_token_for_another_audience_is_refused() -> None:
    """Storage's token opens no directory."""
    visitor = Visitor()
    ask = ASK.replace("graph.microsoft.com", "storage.azure.com")
    visitor.token = visitor.tenant.answer(Request("GET", ask, HEADER), NOON).response.payload["access_token"]

    assert visitor.ask("GET", "/users").response.status == 401


def test_a_batch_needs_a_token_once() -> None:
    """Without one the whole of it is refused."""
    visitor = Visitor()
    visitor.token = "nonsense"

    assert visitor.batch([{"id": "1", "method": "GET", "url": "/users"}]).response.status == 401


def test_all_tokens_can_be_expired() -> None:
    """The next one works again."""
    visitor = Visitor()
    visitor.control("/_control", {"expireTokens": True})

    assert visitor.ask("GET", "/users?$top=1").response.status == 401

    visitor.token = visitor.tenant.answer(Request("GET", ASK, HEADER), NOON).response.payload["access_token"]

    assert visitor.ask("GET", "/users?$top=1").response.status == 200


@pytest.mark.parametrize(
    ("method", "path", "role"),
    [
        ("POST", "/users/alice@contoso.com/revokeSignInSessions", "User.RevokeSessions.All"),
        ("GET", "/users", "User.Read.All"),
        ("GET", "/users/alice@contoso.com", "User.Read.All"),
        ("GET", f"/groups/{memberships.FIELD}", "GroupMember.Read.All"),
        ("GET", f"/groups/{memberships.FIELD}/transitiveMembers", "GroupMember.Read.All"),
        ("GET", "/directoryRoles", "RoleManagement.Read.Directory"),
        ("GET", "/roleManagement/directory/roleEligibilitySchedules", "RoleManagement.Read.Directory"),
        ("GET", "/domains", "Domain.Read.All"),
        ("GET", "/domains/contoso.com/federationConfiguration", "Domain-InternalFederation.Read.All"),
    ],
)
def test_each_route_wants_its_permission(method: str, path: str, role: str) -> None:
    """With it alone the call works; with all the others it is refused."""
    others = tuple(other for other in DEFAULT_ROLES if other != role)
    alone, without = Visitor(roles=(role,), federation="rotated"), Visitor(roles=others, federation="rotated")
    refused = without.ask(method, path, {}).response

    assert alone.ask(method, path, {}).response.status == 200
    assert (refused.status, refused.payload["error"]["code"]) == (403, "Authorization_RequestDenied")
