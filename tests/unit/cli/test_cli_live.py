"""The live page: served on this machine, to the one browser that has its address, without the token."""

import base64
import hashlib
import http.client
import threading
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from support.desk import API, RUN, Ended, command, evidence, says, status

from revoker.cli.commands import browsing
from revoker.cli.ending import UnreachableError
from revoker.cli.live.page import live
from revoker.cli.live.server import LiveServer, served
from revoker.cli.live.source import Source

STYLE = "body{color:red}"
HASH = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
POLICY = f"default-src &#39;none&#39;; style-src &#39;sha256-{HASH}&#39;"
PAGE = f"""<!doctype html><html lang="en"><head>
<meta http-equiv="Content-Security-Policy" content="{POLICY}">
<title>Still going</title><style>{STYLE}</style></head><body><header></header><main></main></body></html>"""


class Clock:
    """A clock that stands still until it is set."""

    now = 100.0

    def __call__(self) -> float:
        """Return the seconds."""
        return self.now


@pytest.fixture
def server() -> Iterator[LiveServer]:
    """Return a server of one page."""
    with served(Source(lambda: PAGE, Clock())) as made:
        yield made


def ask(server: LiveServer, path: str, method: str = "GET", host: str | None = None) -> http.client.HTTPResponse:
    """Ask the server for a path under its key."""
    connection = http.client.HTTPConnection("127.0.0.1", server.server_port, timeout=5)
    connection.request(method, path, headers={"Host": host or f"127.0.0.1:{server.server_port}"})
    return connection.getresponse()


@pytest.mark.parametrize("name", ["", "page", "live.js", "live.css"])
def test_the_page_and_its_parts_are_served(server: LiveServer, name: str) -> None:
    """They are there, are kept nowhere, and are taken for what they are."""
    answer = ask(server, f"/{server.key}/{name}")

    assert (200, "no-store", "nosniff") == (
        answer.status,
        answer.headers["Cache-Control"],
        answer.headers["X-Content-Type-Options"],
    )


@pytest.mark.parametrize("path", ["/", "/page", "/live.js", "/wrong/page", "/{key}/../page", "/{key}/other", "/{key}"])
def test_without_the_key_nothing_is_there(server: LiveServer, path: str) -> None:
    """Another user of this machine finds the port, and nothing behind it."""
    answer = ask(server, path.format(key=server.key))

    assert (path == "/{key}") == (answer.status == 200)
    assert answer.status in {200, 404}


@pytest.mark.parametrize("host", ["attacker.example", "127.0.0.1", "127.0.0.1:1", "127.0.0.1.attacker.example"])
def test_a_page_elsewhere_gets_nothing(server: LiveServer, host: str) -> None:
    """A name that was pointed at 127.0.0.1 (DNS rebinding) is not this host, even with the key."""
    assert 421 == ask(server, f"/{server.key}/", host=host).status


def test_nothing_can_be_sent(server: LiveServer) -> None:
    """The page shows; it changes nothing."""
    assert 501 == ask(server, f"/{server.key}/page", method="POST").status


def test_it_listens_on_this_machine_alone(server: LiveServer) -> None:
    """Not on the network; on a port of the system's choice, under 128 random bits."""
    assert "127.0.0.1" == server.server_address[0]
    assert server.server_port > 1023
    assert len(server.key) >= 22


def test_the_live_page_allows_its_own_script_and_the_page_s_style() -> None:
    """A document obeys all of its policies, so the one inside goes, and the served one is as narrow as can be."""
    made = live(PAGE)

    assert "http-equiv" not in made.text
    assert '<script src="live.js" defer>' in made.text
    assert 'id="live-pause"' in made.text
    assert f"style-src 'self' 'sha256-{HASH}'" in made.policy
    assert "script-src 'self'; connect-src 'self'" in made.policy
    assert "unsafe" not in made.policy


@pytest.mark.parametrize(("took", "later", "asked"), [(0.0, 3.9, 1), (0.0, 4.1, 2), (3.0, 29.0, 1), (3.0, 31.0, 2)])
def test_a_page_that_is_dear_is_asked_for_less_often(took: float, later: float, asked: int) -> None:
    """Every four seconds at most; a page that took the app 3 s, every 30."""
    clock, asks = Clock(), []

    def fetch() -> str:
        clock.now += took
        asks.append(clock.now)
        return PAGE

    source = Source(fetch, clock)
    source.page()
    clock.now += later
    source.page()

    assert asked == len(asks)


def test_two_windows_ask_once() -> None:
    """While one thread fetches, the other waits for its page."""
    entered, go, asks = threading.Event(), threading.Event(), []

    def fetch() -> str:
        asks.append(1)
        entered.set()
        go.wait(5)
        return PAGE

    source = Source(fetch, Clock())
    threads = [threading.Thread(target=source.page) for _ in range(2)]
    for thread in threads:
        thread.start()
    entered.wait(5)
    go.set()
    for thread in threads:
        thread.join(5)

    assert 1 == len(asks)


def test_an_api_that_does_not_answer_is_said(server: LiveServer) -> None:
    """The page says why, and the command goes on."""

    def fetch() -> str:
        raise UnreachableError("No answer from https://revoker.example.")

    server.source.fetch = fetch
    answer = ask(server, f"/{server.key}/page")

    assert (502, b"No answer from https://revoker.example.") == (answer.status, answer.read())


def watched(*answers: httpx.Response) -> Ended:
    """Watch a run with a browser that is never opened."""
    return command("watch", RUN, "--browser", answers=answers, env={**API, "REVOKE_TOKEN": "t0ken"})


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the folder in which the command runs, on a machine without a screen."""
    monkeypatch.chdir(tmp_path)
    for name in ("DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(browsing.sys, "platform", "linux")
    return tmp_path


def test_the_watch_ends_as_the_evidence_file(folder: Path) -> None:
    """The page is saved as it came, under the run's name, with its hash; the token is on no screen and in no file."""
    page = evidence(PAGE.encode())
    ended = watched(says(200, status()), page, says(200, status()))
    file = folder / f"revoker-{RUN}.html"

    assert 0 == ended.code
    assert PAGE == file.read_text()
    assert hashlib.sha256(PAGE.encode()).hexdigest() in ended.err
    assert "http://127.0.0.1:" in ended.err
    assert "t0ken" not in ended.err + ended.out + file.read_text()
    assert {"format": "html"} == {name: value for name, value in ended.asked[1].query.items() if name == "format"}
    assert "utcOffset" in ended.asked[1].query


def test_evidence_is_not_written_over(folder: Path) -> None:
    """A file of that name stays as it is, and the command says so."""
    file = folder / f"revoker-{RUN}.html"
    file.write_text("older")
    ended = watched(says(200, status()), evidence(PAGE.encode()), says(200, status()))

    assert "older" == file.read_text()
    assert f"{file.name} exists" in ended.err


def test_a_run_that_waits_for_approval_is_no_evidence_yet(folder: Path) -> None:
    """It has not ended, so nothing is saved."""
    waiting = status("awaiting_approval")
    ended = watched(says(202, waiting), evidence(PAGE.encode()), says(200, waiting))

    assert 3 == ended.code
    assert [] == list(folder.iterdir())


def test_without_a_browser_it_is_wait() -> None:
    """The same words without --browser watch the run on the terminal."""
    ended = command("watch", RUN, answers=[says(200, status())])

    assert (0, ["GET /api/runs/" + RUN + "/result"]) == (ended.code, ended.calls)
