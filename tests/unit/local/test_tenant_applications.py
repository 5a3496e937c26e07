import base64
import json
from typing import Any

import pytest

from local.tenant import people
from local.tenant.exchange import Request, Response
from local.tenant.people import TENANT_ID
from local.tenant.tokens import APP_ID, DEFAULT_ROLES, PRINCIPAL_ID
from local.tenant.visitor import NOON, Visitor, revocation

FIRST = "11111111-aaaa-4aaa-8aaa-000000000001"
SECOND = "11111111-aaaa-4aaa-8aaa-000000000002"
ALICE, BEN = people.ALICE.upn, people.BEN.upn


def identity(visitor: Visitor, app: str = "") -> Response:
    """Ask the identity endpoint for a token of an application, or of the only one."""
    url = "/msi/token?api-version=2019-08-01&resource=https://graph.microsoft.com"
    chosen = f"&client_id={app}" if app else ""
    return visitor.tenant.answer(Request("GET", url + chosen, {"x-identity-header": "x"}), visitor.now).response


def become(visitor: Visitor, app: str) -> dict[str, Any]:
    """Call as another application from now on, and return what its token claims."""
    visitor.token = identity(visitor, app).payload["access_token"]
    body = visitor.token.split(".")[1]
    found: dict[str, Any] = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
    return found


def test_a_token_names_the_application_that_asked() -> None:
    """`appid` and the service principal differ; without `client_id` it is the one there always was."""
    visitor = Visitor()
    first, second, usual = (become(visitor, app) for app in (FIRST, SECOND, ""))

    assert [FIRST, SECOND, APP_ID] == [claims["appid"] for claims in (first, second, usual)]
    assert PRINCIPAL_ID == usual["oid"]
    assert len({claims["oid"] for claims in (first, second, usual)}) == 3


def test_applications_use_up_their_own_quota() -> None:
    """The first is throttled in its own name while the second revokes."""
    visitor = Visitor(write_burst=1, write_rate=0.1)
    become(visitor, FIRST)
    statuses = [visitor.revoke(ALICE).response.status]
    refused = visitor.revoke(BEN).response
    become(visitor, SECOND)
    statuses.append(visitor.revoke(BEN).response.status)

    assert statuses == [200, 200]
    assert refused.headers["x-ms-throttle-scope"] == f"Tenant_Application/Write/{FIRST}/{TENANT_ID}"
    assert visitor.control("/_journal")["applications"] == {
        FIRST: {"accepted": 1, "throttled": 1, "refused": 0, "failed": 0},
        SECOND: {"accepted": 1, "throttled": 0, "refused": 0, "failed": 0},
    }


def test_another_application_may_use_up_the_tenants_writes() -> None:
    """Then each of ours is throttled in the tenant's name."""
    visitor = Visitor(write_burst=10, write_rate=1)
    visitor.control("/_control", {"otherWrites": 60})
    refused = visitor.revoke(ALICE).response

    assert (429, "0.34") == (refused.status, refused.headers["Retry-After"])
    assert refused.headers["x-ms-throttle-scope"] == f"Tenant/Write/{APP_ID}/{TENANT_ID}"

    visitor.control("/_control", {"tenantBurst": 1000, "tenantRate": 5})

    assert visitor.revoke(ALICE).response.status == 200


def test_one_application_is_refused() -> None:
    """401 to everything it asks, a whole batch at once; the other is not concerned."""
    visitor = Visitor()
    visitor.control("/_control", {"applications": {SECOND: {"refused": True}}})
    become(visitor, SECOND)
    refused = visitor.batch([revocation("1", ALICE)]).response
    become(visitor, FIRST)

    assert (401, "InvalidAuthenticationToken") == (refused.status, refused.payload["error"]["code"])
    assert visitor.revoke(ALICE).response.status == 200


def test_one_application_has_other_permissions() -> None:
    """Its token says so, and they can be taken away in the middle: 403 inside a batch."""
    visitor = Visitor()
    visitor.control("/_control", {"applications": {SECOND: {"roles": ["User.RevokeSessions.All"]}}})
    claims = become(visitor, SECOND)
    read, revoked = visitor.ask("GET", "/users").response, visitor.revoke(ALICE).response

    assert ["User.RevokeSessions.All"] == claims["roles"]
    assert (403, 200) == (read.status, revoked.status)

    visitor.control("/_control", {"applications": {SECOND: {"roles": []}}})
    [answer] = visitor.batch([revocation("1", ALICE)]).response.payload["responses"]

    assert answer["status"] == 403

    visitor.control("/_control", {"applications": {SECOND: None}})

    assert list(DEFAULT_ROLES) == become(visitor, SECOND)["roles"]


def test_one_application_is_slow() -> None:
    """Its answers come later by so much, alone and in a batch; those of another do not."""
    visitor = Visitor(latency=0.1)
    visitor.control("/_control", {"applications": {SECOND: {"delayMs": 700}}})
    delays = []
    for app in (FIRST, SECOND):
        become(visitor, app)
        delays += [visitor.revoke(ALICE).delay, visitor.batch([revocation("1", BEN)]).delay]

    assert delays == pytest.approx([0.1, 0.1, 0.8, 0.8])


def test_one_application_is_throttled_alone() -> None:
    """By a quota of its own, full when it is set."""
    visitor = Visitor()
    become(visitor, SECOND)
    visitor.revoke(ALICE)
    visitor.control("/_control", {"applications": {SECOND: {"writeBurst": 1, "writeRate": 0}}})

    assert [200, 429] == [visitor.revoke(user).response.status for user in (ALICE, BEN)]


def test_an_identity_that_the_platform_does_not_know() -> None:
    """No token, in the platform's words, as MSAL reads them."""
    visitor = Visitor()
    visitor.control("/_control", {"applications": {SECOND: {"unknown": True}}})
    answer = identity(visitor, SECOND)

    assert (400, 400) == (answer.status, answer.payload["statusCode"])
    assert answer.payload["message"].startswith("No User Assigned or Delegated Managed Identity found")
    assert identity(visitor, FIRST).status == 200


def test_a_token_that_cannot_be_renewed() -> None:
    """From a moment on there is none; the old one is good until it expires, and the endpoint can be mended."""
    visitor = Visitor(token_seconds=60)
    visitor.control("/_control", {"identityFails": {"after": 30}})
    before = identity(visitor).status
    visitor.now = NOON + 30
    after = identity(visitor).status
    alive = visitor.ask("GET", "/users").response.status
    visitor.now = NOON + 60

    assert (200, 500, 200) == (before, after, alive)
    assert visitor.ask("GET", "/users").response.status == 401

    visitor.control("/_control", {"identityFails": None})

    assert identity(visitor).status == 200


def test_the_token_of_one_application_cannot_be_had() -> None:
    """The others' can; a reset mends it."""
    visitor = Visitor()
    visitor.control("/_control", {"identityFails": {"status": 503, "clientId": SECOND}})

    assert [200, 503] == [identity(visitor, app).status for app in (FIRST, SECOND)]

    visitor.control("/_control", {"reset": True})

    assert identity(visitor, SECOND).status == 200


def test_the_identity_header_is_rotated() -> None:
    """From then on no other is taken; a reset takes any again."""
    visitor = Visitor()
    visitor.control("/_control", {"identityHeader": "rotated"})
    refused = identity(visitor)
    visitor.control("/_control", {"reset": True})

    assert (401, 401) == (refused.status, refused.payload["statusCode"])
    assert 200 == identity(visitor).status


def test_an_identity_endpoint_that_fails_slowly() -> None:
    """The answer takes its time; one for another application does not."""
    visitor = Visitor()
    visitor.control("/_control", {"identityFails": {"clientId": SECOND, "delayMs": 1500}})

    assert [0.0, 1.5] == [visitor.tenant.applications.slowness(app, NOON) for app in (FIRST, SECOND)]


@pytest.mark.parametrize(
    "control",
    [{"applications": {FIRST: {"mood": "bad"}}}, {"otherWrites": "many"}, {"identityFails": {"after": "soon"}}],
)
def test_controls_of_applications_refuse_nonsense(control: dict[str, Any]) -> None:
    """A typing error in a test shows at once."""
    assert "error" in Visitor().control("/_control", control)
