"""The Python runbook, run against a server that answers as the contract says."""

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from kept import ROOT

RUN = {"runId": "r1", "state": "revoking", "total": 2, "progress": 0.0, "counts": {"planned": 2}, "finishedAt": None}
ENDED = {**RUN, "progress": 1.0, "finishedAt": "2026-11-24T00:00:09.000Z", "warnings": ["mind this"]}
ENDED["residualAccessUntil"] = "2026-11-24T01:30:00.000Z"


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


def runbook(service: Service) -> subprocess.CompletedProcess[str]:
    """Run the runbook as Azure Automation does."""
    identity = {"IDENTITY_ENDPOINT": f"{service.url}/token", "IDENTITY_HEADER": "x"}
    command = [sys.executable, "-I", str(ROOT / "examples" / "runbook.py")]
    arguments = [f"{service.url}/api", "api://t/revoker", "alice@contoso.com, bob@contoso.com", "INC-1"]
    return subprocess.run(
        [*command, *arguments], capture_output=True, check=False, text=True, env={**os.environ, **identity}, timeout=60
    )


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
    assert service.calls[0][2]["Idempotency-Key"]
    assert "mind this" in result.stdout
    assert "2026-11-24T01:30:00.000Z" in result.stdout


def test_runbook_is_red_when_not_all_is_done(service: Service) -> None:
    """A job that ends green means that everybody is signed out."""
    service.answers = [(202, RUN), (200, {**ENDED, "state": "completed_with_failures", "counts": {"failed": 2}})]

    result = runbook(service)

    assert result.returncode == 1
    assert "NOT everything is done" in result.stderr


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
