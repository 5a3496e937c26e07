"""The runbooks: the Python one run against a server that answers as the contract says, the other one parsed."""

import ast
import json
import os
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import tree_sitter_powershell
from kept import ROOT
from tree_sitter import Language, Node, Parser

from revoker.core.run import State

RUN = {"runId": "r1", "state": "revoking", "total": 2, "progress": 0.0, "counts": {"planned": 2}, "finishedAt": None}
ENDED = {**RUN, "progress": 1.0, "finishedAt": "2026-11-24T00:00:09.000Z", "warnings": ["mind this"]}
ENDED["residualAccessUntil"] = "2026-11-24T01:30:00.000Z"
ENDED["residualAccessNote"] = "That moment is likely."


class Service(ThreadingHTTPServer):
    """An identity endpoint and an API; answers are taken from a list, in order."""

    def __init__(self, answers: list[tuple[int, dict[str, Any]]]) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.answers, self.calls = answers, []
        self.url = f"http://127.0.0.1:{self.server_port}"


class Handler(BaseHTTPRequestHandler):
    """One request."""

    server: Service

    def do_GET(self) -> None:
        """Give out a token, or the next answer."""
        if self.path.startswith("/token?"):
            self._send(200, {"access_token": "a-token"})
        else:
            self._next(None)

    def do_POST(self) -> None:
        """Give out the next answer."""
        self._next(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))

    def _next(self, body: object) -> None:
        self.server.calls.append((self.command, self.path, dict(self.headers), body))
        self._send(*self.server.answers.pop(0))

    def _send(self, status: int, body: dict[str, Any]) -> None:
        self.send_response(status)
        self.send_header("Retry-After", "0")
        self.end_headers()
        self.wfile.write(json.dumps(body).encode())

    def log_message(self, *_arguments: object) -> None:
        """Say nothing."""


@pytest.fixture
def service() -> Iterator[Service]:
    """Serve for one test."""
    server = Service([])
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@cache
def automation_python() -> str:
    """Return a Python 3.10, which is what Azure Automation runs, where this machine has one; else this one."""
    uv = str(Path(sys.executable).with_name("uv"))
    find = [uv, "python", "find", "3.10", "--no-python-downloads", "--no-project"]
    found = subprocess.run(find, capture_output=True, check=False, text=True)
    return found.stdout.strip() or sys.executable


def runbook(
    service: Service, *more: str, users: str = "alice@contoso.com, bob@contoso.com"
) -> subprocess.CompletedProcess[str]:
    """Run the runbook as Azure Automation does."""
    identity = {"IDENTITY_ENDPOINT": f"{service.url}/token", "IDENTITY_HEADER": "x"}
    command = [automation_python(), "-I", str(ROOT / "examples" / "runbook.py")]
    arguments = [f"{service.url}/api", "api://t/revoker", users, "INC-1", *more]
    return subprocess.run(
        [*command, *arguments], capture_output=True, check=False, text=True, env={**os.environ, **identity}, timeout=60
    )


def test_runbook_is_python_3_10() -> None:
    """Azure Automation runs 3.8 and 3.10: the syntax is 3.10's, and so is every function of the standard library."""
    file = ROOT / "examples" / "runbook.py"
    ast.parse(file.read_text(encoding="utf-8"), feature_version=(3, 10))

    mypy = [sys.executable, "-m", "mypy", "--strict", "--python-version", "3.10", "--no-incremental", str(file)]
    checked = subprocess.run(mypy, capture_output=True, check=False, text=True, cwd=file.parent)
    assert checked.returncode == 0, checked.stdout


def test_runbook_waits_and_says_what_happened(service: Service) -> None:
    """It starts one run, asks until the end, and is green."""
    service.answers = [(202, RUN), (202, RUN), (200, {**ENDED, "state": "completed", "counts": {"verified": 2}})]

    result = runbook(service)

    assert result.returncode == 0, result.stderr
    assert [(method, path) for method, path, _, _ in service.calls] == [
        ("POST", "/api/runs"),
        ("GET", "/api/runs/r1/result"),
        ("GET", "/api/runs/r1/result"),
    ]
    assert service.calls[0][3] == {"users": ["alice@contoso.com", "bob@contoso.com"], "reason": "INC-1"}
    assert {headers["Authorization"] for _, _, headers, _ in service.calls} == {"Bearer a-token"}
    assert "mind this" in result.stdout
    assert "2026-11-24T01:30:00.000Z" in result.stdout


def test_runbook_is_red_when_not_all_is_done(service: Service) -> None:
    """A job that ends green means that everybody is signed out."""
    service.answers = [(202, RUN), (200, {**ENDED, "state": "completed_with_failures", "counts": {"failed": 2}})]

    result = runbook(service)

    assert result.returncode == 1
    assert "NOT everything is done" in result.stderr


def test_runbook_asks_for_a_whole_tenant_and_waits_for_approval(service: Service) -> None:
    """More of the body goes in as it is; while a second person is needed it says so, and goes on waiting."""
    waiting = {**RUN, "state": "awaiting_approval"}
    service.answers = [(202, waiting), (202, RUN), (200, {**ENDED, "state": "completed", "counts": {"verified": 2}})]
    more = {"allUsers": True, "compromisedAt": "2026-11-01T00:00:00Z", "acknowledge": ["federation_not_rotated"]}

    result = runbook(service, json.dumps(more), users="-")

    assert result.returncode == 0, result.stderr
    assert service.calls[0][3] == {"reason": "INC-1", **more}
    assert result.stdout.count("POST " + service.url + "/api/runs/r1/approve") == 1


@pytest.mark.parametrize("state", sorted(state for state in State if state.is_final and state != State.COMPLETED))
def test_runbook_ends_red_in_every_other_final_state(service: Service, state: State) -> None:
    """Whatever a run may end as, only one word is green."""
    service.answers = [(202, RUN), (200, {**ENDED, "state": state, "counts": {}})]

    assert runbook(service).returncode == 1


def test_runbook_shows_the_gate(service: Service) -> None:
    """What to acknowledge, and the certificates, are in the job's error."""
    gate = {"status": 409, "acknowledge": ["federation_not_rotated"], "certificates": [{"domain": "contoso.com"}]}
    service.answers = [(409, gate)]

    result = runbook(service, '{"allUsers": true}', users="-")

    assert result.returncode == 1
    assert all(word in result.stderr for word in ("409", "federation_not_rotated", "contoso.com"))


def test_restarted_job_is_the_same_run(service: Service) -> None:
    """Automation begins an interrupted job again: the key is what was asked, not chance."""
    ended = {**ENDED, "state": "completed", "counts": {"verified": 2}}
    service.answers = [(202, RUN), (200, ended), (200, {**ended, "replayed": True}), (200, ended)]

    runbook(service)
    again = runbook(service)
    other = runbook(service, '{"dryRun": true}')

    keys = [headers["Idempotency-Key"] for method, _, headers, _ in service.calls if method == "POST"]
    assert [again.returncode, other.returncode] == [0, 0]
    assert "asked for before" in again.stdout
    assert keys[0] == keys[1] != keys[2]


def syntax_errors(source: bytes) -> list[str]:
    """Return what a PowerShell grammar cannot make sense of, with its line."""
    tree = Parser(Language(tree_sitter_powershell.language())).parse(source)

    def bad(node: Node) -> Iterator[str]:
        if node.is_error or node.is_missing:
            yield f"line {node.start_point.row + 1}: {node.type}"
        for child in node.children:
            yield from bad(child)

    return list(bad(tree.root_node))


def test_powershell_runbook_parses() -> None:
    """No PowerShell runs here; a brace that is missing is seen all the same."""
    source = (ROOT / "examples" / "runbook.ps1").read_bytes()
    closing = source.rindex(b"}")

    assert syntax_errors(source) == []
    assert syntax_errors(source[:closing] + source[closing + 1 :])


def test_powershell_runbook_asks_as_the_contract_says() -> None:
    """Each field it can send is one of the contract's, each it reads is one of the status, each route exists."""
    source = (ROOT / "examples" / "runbook.ps1").read_text(encoding="utf-8")
    contract = json.loads((ROOT / "revoker" / "web" / "openapi.json").read_text(encoding="utf-8"))
    schemas = contract["components"]["schemas"]
    sent = re.findall(r"^    (\w+) +=", source[source.index("$asked = ") : source.index("$body = ")], re.MULTILINE)
    read = re.findall(r"\$run\.(\w+)", source)
    routes = {path.replace("$($run.runId)", "{id}") for path in re.findall(r"\$Api(/runs[^\s\"]*)", source)}

    assert {"reason", "users", "groups", "roles", "filter", "allUsers", "compromisedAt", "acknowledge"} == set(sent)
    assert set(sent) <= set(schemas["RunRequest"]["properties"])
    assert set(read) <= set(schemas["Status"]["properties"])
    assert routes <= set(contract["paths"])


def test_transcript_speaks_of_what_the_contract_has() -> None:
    """Its fields, states and outcomes are today's: a transcript of yesterday misleads."""
    text = (ROOT / "examples" / "transcript.md").read_text(encoding="utf-8")
    contract = (ROOT / "revoker" / "web" / "openapi.json").read_text(encoding="utf-8")
    known = {*re.findall(r'"([\w-]+)"', contract), "ledger", "outbox", "identity"}
    routes = set(re.findall(r"\$API(/[a-z]+)", text))

    assert {"/health", "/runs", "/preflight"} == routes
    assert set(re.findall(r'"(\w+)":', text)) <= known
    assert set(re.findall(r'"(?:state|outcome|verdict)": "(\w+)"', text)) <= known


def test_runbook_passes_on_why_it_was_refused(service: Service) -> None:
    """What the API says is what the job says."""
    service.answers = [(403, {"detail": "This needs the app role Sessions.Revoke"})]

    result = runbook(service)

    assert result.returncode == 1
    assert "403" in result.stderr
    assert "Sessions.Revoke" in result.stderr


def test_runbook_asks_again_with_the_same_key(service: Service) -> None:
    """A 503 is asked again, and cannot start a second run."""
    service.answers = [(503, {}), (200, {**ENDED, "state": "completed", "counts": {"verified": 2}})]

    result = runbook(service)

    assert result.returncode == 0, result.stderr
    assert len({headers["Idempotency-Key"] for _, _, headers, _ in service.calls}) == 1
