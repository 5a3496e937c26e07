"""The last step of a deployment, run against a server that answers as the contract says."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import jsonschema
import pytest
from kept import ROOT, Json

from infra import azure_cli, deploy, readiness, verify
from revoker.core.permission import PERMISSIONS

OPENAPI = json.loads((ROOT / "revoker" / "web" / "openapi.json").read_text(encoding="utf-8"))
AUDIENCE = "api://t/revoker"
HEALTHY = {"status": "ok", "checks": {"ledger": "ok"}, "authentication": "on"}
PACE = {"seconds": 60, "finishAt": "2026-11-24T00:01:00.000Z", "writesPerSecond": 20.0}
BREAK_GLASS = {
    "entry": "glass@contoso.com",
    "id": "g-1",
    "userPrincipalName": "glass@contoso.com",
    "reason": None,
    "rememberedIds": [],
}


def preflight(*, missing: str = "", **changes: object) -> Json:
    """Return an answer of preflight as the contract has it."""
    answer = {
        "permissions": [
            {"name": one.name, "granted": one.name != missing, "purpose": one.purpose, "without": one.without}
            for one in PERMISSIONS
        ],
        "identities": [
            {"clientId": None, "state": "ready", "reason": None, "askedAgainAt": None, "permissions": []},
        ],
        "federation": {"verdict": "managed", "reason": None, "domains": []},
        "users": {
            "total": 3600,
            "members": 3500,
            "guests": 100,
            "untyped": 0,
            "disabled": 0,
            "privileged": 9,
            "conflicting": 0,
        },
        "protected": [BREAK_GLASS],
        "estimate": {"users": 3600, **PACE, "identities": 1, "oneIdentity": PACE},
        "warnings": [],
        "tenant": {"id": "3f8a1c52-6b7d-4e90-9a41-0c5d2e7f8b13", "domain": "contoso.com"},
        "approval": {"above": 500},
        **changes,
    }
    jsonschema.validate(answer, {"$ref": "#/components/schemas/Preflight", "components": OPENAPI["components"]})
    return answer


class Service(ThreadingHTTPServer):
    """A deployed app: its health, and preflight for whoever has the right token."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server_port}/api"
        self.health, self.stranger = (200, HEALTHY), 401
        self.preflight: tuple[int, Json] = (200, preflight())


class Handler(BaseHTTPRequestHandler):
    """One request."""

    server: Service

    def do_GET(self) -> None:
        """Answer as the route does."""
        if self.path == "/api/health":
            status, body = self.server.health
        elif self.path == "/api/preflight" and self.headers["Authorization"] == f"Bearer a-token-for-{AUDIENCE}":
            status, body = self.server.preflight
        else:
            status, body = self.server.stranger, {}
        self.send_response(status)
        self.end_headers()
        self.wfile.write(json.dumps(body).encode())

    def log_message(self, *_arguments: object) -> None:
        """Say nothing."""


@pytest.fixture
def service(home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Service]:
    """Serve for one test, with the fake `az` on the PATH."""
    assert home
    monkeypatch.setattr(azure_cli, "PATIENCE_SECONDS", (0, 0))
    monkeypatch.setattr(verify, "PATIENCE_SECONDS", (0, 0))
    server = Service()
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def verified(service: Service) -> int:
    """Run the command; return its exit status."""
    return verify.main(["--url", service.url, "--audience", AUDIENCE])


def test_ready_is_said_with_what_was_found(service: Service, capsys: pytest.CaptureFixture[str]) -> None:
    """Health, gate, each permission, federation, each protected account, how long everybody takes."""
    assert verified(service) == 0

    said = capsys.readouterr().out
    assert said.splitlines()[1:] == [
        f"{service.url}/preflight without a token: 401",
        *(f"permission {one.name}: granted" for one in PERMISSIONS),
        "federation: managed: no domain is federated, so there is nothing to acknowledge.",
        "protected glass@contoso.com: g-1",
        "users: 3600; everybody takes about 60 s",
        "verify: 0 problem(s), 0 thing(s) left open",
    ]


@pytest.mark.parametrize("missing", [permission.name for permission in PERMISSIONS])
def test_missing_permission_says_what_it_costs(
    service: Service, capsys: pytest.CaptureFixture[str], missing: str
) -> None:
    """Each is told with what does not work; only without the one that revokes is there nothing to use."""
    service.preflight = (200, preflight(missing=missing))
    [without] = [permission.without for permission in PERMISSIONS if permission.name == missing]

    assert verified(service) == (1 if missing == "User.RevokeSessions.All" else 0)
    assert f"permission {missing}: NOT granted, so: {without}" in capsys.readouterr().out


@pytest.mark.parametrize("verdict", ["managed", "undated", "unchecked"])
def test_federation_is_told_with_its_domains(
    service: Service, capsys: pytest.CaptureFixture[str], verdict: str
) -> None:
    """What a tenant-wide run will be asked for is known before there is a fire."""
    unknown = {"follows": None, "unread": None, "configurations": [], "certificates": [], "findings": []}
    domains = [{"domain": "fed.example", "verdict": verdict, **unknown}]
    service.preflight = (200, preflight(federation={"verdict": verdict, "reason": None, "domains": domains}))

    assert verified(service) == 0
    said = capsys.readouterr().out
    assert f"federation: {verdict}: {readiness.MEANS[verdict]}" in said
    assert ("fed.example" in said) == (verdict != "managed")


def test_protected_account_that_is_nobody_is_a_problem(service: Service, capsys: pytest.CaptureFixture[str]) -> None:
    """A break-glass account that was mistyped is not protected."""
    typo = {**BREAK_GLASS, "entry": "glas@contoso.com", "id": None, "userPrincipalName": None, "reason": "no_such_user"}
    service.preflight = (200, preflight(protected=[BREAK_GLASS, typo]))

    assert verified(service) == 1
    assert "!! The protected account glas@contoso.com is not found (no_such_user)" in capsys.readouterr().out


def test_a_further_identity_that_does_not_revoke_is_a_problem(
    service: Service, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each of several is named with its state; what the first one lacks is told permission by permission."""
    ready = {"clientId": "a", "state": "ready", "reason": None, "askedAgainAt": None, "permissions": []}
    idle = {**ready, "clientId": "b", "state": "no_permission"}
    service.preflight = (200, preflight(identities=[ready, idle]))

    assert verified(service) == 1
    said = capsys.readouterr().out
    assert "identity a: ready" in said
    assert "!! Identity b does not revoke (no_permission)" in said


def test_the_first_identity_that_is_set_aside_is_a_problem(
    service: Service, capsys: pytest.CaptureFixture[str]
) -> None:
    """It has the permission in its token, and Graph refuses it all the same."""
    aside = {"clientId": "a", "state": "set_aside", "reason": "forbidden", "askedAgainAt": None, "permissions": []}
    service.preflight = (200, preflight(identities=[aside]))

    assert verified(service) == 1
    assert "!! Identity a does not revoke (set_aside)" in capsys.readouterr().out


def test_nobody_protected_and_nothing_counted_is_said(service: Service, capsys: pytest.CaptureFixture[str]) -> None:
    """A tenant without break-glass accounts is deployed, and told."""
    users = dict.fromkeys(("total", "members", "guests", "untyped", "disabled", "privileged", "conflicting"))
    service.preflight = (200, preflight(protected=[], users=users, estimate=None))

    assert verified(service) == 0
    said = capsys.readouterr().out
    assert f"?? {readiness.NO_PROTECTED}" in said
    assert "everybody takes an unknown time" in said


@pytest.mark.parametrize(
    ("given", "open_choices"),
    [
        (("--alert-receivers", "0", "--approval-above", "0"), [readiness.NO_APPROVAL, readiness.NO_MAIL]),
        (("--alert-receivers", "1", "--approval-above", "0"), [readiness.NO_APPROVAL]),
        (("--alert-receivers", "0", "--approval-above", "1000"), [readiness.NO_MAIL]),
        (("--alert-receivers", "1", "--approval-above", "1000"), []),
        ((), []),
    ],
)
def test_what_is_left_open_is_said_and_stops_nothing(
    service: Service, capsys: pytest.CaptureFixture[str], given: tuple[str, ...], open_choices: list[str]
) -> None:
    """No approval cap and no mail for alerts are choices: they are said, and the app is ready all the same."""
    assert verify.main(["--url", service.url, "--audience", AUDIENCE, *given]) == 0

    said = capsys.readouterr().out
    assert [f"?? {choice}" for choice in open_choices] == [line for line in said.splitlines() if line[:2] == "??"]


@pytest.mark.parametrize("refusal", ["AADSTS50105: no role", ""], ids=["no-token", "no-role"])
def test_without_the_role_it_says_how_to_get_it(
    service: Service, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], refusal: str
) -> None:
    """The deployer of today has no app role yet: nothing failed, and the command to get one is printed."""
    monkeypatch.setenv("FAKE_TOKEN_REFUSED", refusal)
    service.preflight = (403, {"detail": "This needs the app role Sessions.Read."})

    assert verified(service) == 0
    said = capsys.readouterr().out
    assert (refusal or "403") in said
    assert "infra.entra.apply role" in said


def test_unwell_app_is_asked_again_and_nothing_else(service: Service, capsys: pytest.CaptureFixture[str]) -> None:
    """Roles spread slowly: health is asked with patience, and preflight only once it is well."""
    service.health = (503, {"status": "failing"})

    assert verified(service) == 1
    said = capsys.readouterr().out
    assert said.count("/health: 503") == 2
    assert "/preflight" not in said


@pytest.mark.parametrize("stranger", [200, 403, 503])
def test_open_gate_stops_everything(service: Service, capsys: pytest.CaptureFixture[str], stranger: int) -> None:
    """Whoever comes without a token must be turned away by the platform; our token is not shown to anything else."""
    service.stranger = stranger

    assert verified(service) == 1
    said = capsys.readouterr().out
    assert "the gate is not up" in said
    assert "permission" not in said


@pytest.mark.parametrize(("stranger", "status"), [(401, 0), (200, 1)], ids=["ready", "not"])
def test_step_takes_the_address_from_the_deployment(
    service: Service, monkeypatch: pytest.MonkeyPatch, stranger: int, status: int
) -> None:
    """The step of deploy.py runs the same command on what main.bicep put out, and fails when it does."""
    service.stranger = stranger
    monkeypatch.setenv("RESPONDER_API_URL", service.url)

    assert deploy.main(["verify", "--group", "rg"]) == status
