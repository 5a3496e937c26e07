"""A token of a deployer, a runbook or an operator goes over TLS to the address that was typed, and no further."""

import importlib.util
import json
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO, StringIO, TextIOWrapper
from pathlib import Path
from types import ModuleType

import pytest

from infra import asking, verify
from infra.azure_cli import StepError
from revoker.cli.__main__ import perform
from revoker.cli.shown.screen import Screen
from revoker.core.errors import SettingError
from revoker.settings import load

EXAMPLES = Path(__file__).parents[2] / "examples"
BEARER = "one.two.three"
REDIRECTS = [301, 302, 303, 307, 308]
# Where a token must not go, and what only looks like this machine.
UNSAFE = [
    "http://func-revoker.azurewebsites.net/api",
    "http://127.0.0.1.evil.example/api",
    "http://localhost@evil.example/api",
    "https://localhost@evil.example/api",
    "http://[::1]@evil.example/api",
    "http://10.0.0.7/api",
    "HTTP://func-revoker.azurewebsites.net/api",
    "ftp://127.0.0.1/api",
    "func-revoker.azurewebsites.net/api",
    "https:///api",
    "",
]
SAFE = ["https://func-revoker.azurewebsites.net/api", "http://127.0.0.1:7071/api", "http://localhost:7071/api"]


class Elsewhere(ThreadingHTTPServer):
    """Another host: it writes down what reaches it, and answers like an API."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Receiving)
        self.status, self.location = 200, ""
        self.received: list[str | None] = []

    @property
    def url(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self.server_port}/api"


class Receiving(BaseHTTPRequestHandler):
    """One request."""

    server: Elsewhere

    def do_GET(self) -> None:
        """Answer, or lead elsewhere."""
        self.rfile.read(int(self.headers["Content-Length"] or 0))
        self.server.received.append(self.headers["Authorization"])
        self.send_response(self.server.status)
        if self.server.location:
            self.send_header("Location", self.server.location)
        body = json.dumps({"runs": [], "cursor": None}).encode()
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_POST(self) -> None:
        """Do the same."""
        self.do_GET()

    def log_message(self, *_arguments: object) -> None:
        """Say nothing."""


@pytest.fixture
def elsewhere() -> Iterator[Elsewhere]:
    """Serve the host to which a token must not come."""
    yield from _serving()


@pytest.fixture
def api(elsewhere: Elsewhere) -> Iterator[Elsewhere]:
    """Serve the address that was typed, which leads elsewhere."""
    for server in _serving():
        server.location = f"{elsewhere.url}/runs"
        yield server


def _serving() -> Iterator[Elsewhere]:
    server = Elsewhere()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def runbook(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """Return the runbook as a module whose identity gives out a token."""
    spec = importlib.util.spec_from_file_location("runbook", EXAMPLES / "runbook.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    monkeypatch.setattr(module, "token", lambda _audience: BEARER)
    return module


def cli(*arguments: str, url: str) -> int:
    """Run the operator's command as on a terminal."""
    screen = Screen(StringIO(), TextIOWrapper(BytesIO()), StringIO())
    return perform(arguments, {"REVOKE_API": url, "REVOKE_TOKEN": BEARER}, screen, pause=lambda _seconds: None)


@pytest.mark.parametrize("status", REDIRECTS)
def test_no_redirect_takes_a_token_along(
    api: Elsewhere, elsewhere: Elsewhere, runbook: ModuleType, status: int
) -> None:
    """verify, the runbook and the command each ask the address once with the token, and no other at all."""
    api.status = status

    assert status == asking.get(f"{api.url}/preflight", BEARER)[0]
    for method in ("GET", "POST"):
        with pytest.raises(SystemExit, match=str(status)):
            runbook.ask(method, f"{api.url}/runs", "api://t/revoker", {"users": []})
    assert cli("runs", url=api.url) != 0
    assert cli("report", "01a20aec-5611-7d14-9c8d-587d499924dc", url=api.url) != 0

    assert [f"Bearer {BEARER}"] * 5 == api.received
    assert [] == elsewhere.received


def test_the_identity_endpoints_secret_is_not_taken_along(
    api: Elsewhere, elsewhere: Elsewhere, runbook: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The runbook's own secret, which opens the identity, follows no redirect either."""
    monkeypatch.undo()  # the real function
    fresh = importlib.util.module_from_spec(runbook.__spec__)
    runbook.__spec__.loader.exec_module(fresh)
    monkeypatch.setenv("IDENTITY_ENDPOINT", api.url)
    monkeypatch.setenv("IDENTITY_HEADER", "x")
    api.status = 302

    with suppress(OSError):
        fresh.token("api://t/revoker")
    assert (1, []) == (len(api.received), elsewhere.received)


def _checks(runbook: ModuleType) -> list[Callable[[str], str]]:
    return [asking.trusted, runbook.trusted]


@pytest.mark.parametrize("url", UNSAFE)
def test_an_address_without_tls_gets_no_token(runbook: ModuleType, url: str) -> None:
    """It is refused before a token is even fetched, in a sentence that says why."""
    for trusted in _checks(runbook):
        with pytest.raises((StepError, SystemExit), match="https://"):
            trusted(url)
    with pytest.raises(StepError):
        asking.get(url, BEARER)
    with pytest.raises(SystemExit):
        verify.main(["--url", url, "--audience", "api://t/revoker"])
    with pytest.raises(SystemExit, match="Nothing was started"):
        runbook.main(url, "api://t/revoker", "alice@contoso.com", "INC-1")
    assert 2 == cli("runs", url=url)
    assert not _powershell_accepts(url)


@pytest.mark.parametrize("url", SAFE)
def test_tls_and_this_machine_are_fine(runbook: ModuleType, url: str) -> None:
    """With or without a slash at the end."""
    for trusted in _checks(runbook):
        assert url == trusted(url) == trusted(f"{url}/")
    assert _powershell_accepts(url)


def test_the_powershell_runbook_follows_no_redirect() -> None:
    """It is not run here: its one way to ask allows no redirection, and the address is judged before the sign-in."""
    source = (EXAMPLES / "runbook.ps1").read_text(encoding="utf-8")

    assert 1 == source.count("Invoke-RestMethod @call") == source.count("Invoke-RestMethod")
    assert "MaximumRedirection = 0" in source[source.index("$call = @{") : source.index("Invoke-RestMethod")]
    assert "PreserveAuthorizationOnRedirect" not in source
    assert source.index("$Api -notmatch") < source.index("Connect-AzAccount")


def _powershell_accepts(url: str) -> bool:
    """Judge an address by the script's own pattern; `-notmatch` searches, and knows no difference of case."""
    source = (EXAMPLES / "runbook.ps1").read_text(encoding="utf-8")
    [pattern] = re.findall(r"\$Api -notmatch '([^']+)'", source)
    return re.search(pattern, url, re.IGNORECASE) is not None


ELSEWHERE = (
    "http://acc.queue.core.windows.net",
    "https://queue.core.windows.net.evil.example",
    "https://acc.queue.core.windows.net@evil.example",
    "https://evil.example/acc.queue.core.windows.net",
    "https://evil.example#.queue.core.windows.net",
    "http://127.0.0.1@evil.example",
    "https://corewindows.net",
)


@pytest.mark.parametrize("kind", ["queue", "table"])
@pytest.mark.parametrize("url", ELSEWHERE)
def test_storage_elsewhere_gets_no_token(kind: str, url: str) -> None:
    """An endpoint by URI ends in the cloud's storage suffix and is https; else the app does not start."""
    account = {"AzureWebJobsStorage__accountName": "acc"}
    with pytest.raises(SettingError, match=f"AzureWebJobsStorage__{kind}ServiceUri"):
        load({**account, f"AzureWebJobsStorage__{kind}ServiceUri": url})


def test_an_accounts_name_is_no_address() -> None:
    """A name that would lead elsewhere is refused as the endpoint that it makes."""
    with pytest.raises(SettingError, match="ServiceUri"):
        load({"AzureWebJobsStorage__accountName": "evil.example/"})
