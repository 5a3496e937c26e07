"""What an operator sees on a terminal of 60, 80 and 160 columns: the real command on a pseudo-terminal."""

import io
import json
import os
import re
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count, repeat
from typing import Any

import pytest
from support.desk import RUN, status, user
from support.pseudo_terminal import Seen, terminal

from revoker.cli.shown.screen import Screen

TENANT = {"id": "3f8a1c52-6b7d-4e90-9a41-0c5d2e7f8b13", "domain": "contoso.com"}
EVERYBODY = {"users": 0, "groups": [], "roles": [], "filter": None, "allUsers": True, "exclude": {}}
FOUND = {
    "tenant": TENANT,
    "permissions": [{"name": "User.RevokeSessions.All", "granted": True, "purpose": "end sessions", "without": "x"}],
    "federation": {"verdict": "managed", "reason": None, "domains": []},
    "users": {"total": 2000, "guests": 51},
    "protected": [{"entry": "bg@contoso.com", "id": "o-1", "userPrincipalName": "bg@contoso.com", "reason": None}],
    "estimate": {"users": 2000, "seconds": 85, "finishAt": "2026-03-02T09:01:30Z", "writesPerSecond": 20},
    "approval": {"above": 0},
}
LONG = "a.name.that.is.longer.than.a.narrow.terminal.is.wide@contoso.onmicrosoft.com"
REASON = ("--reason", "golden SAML, INC-1042")


def stands(state: str, **counts: int) -> dict[str, Any]:
    """Return the status of a run over everybody."""
    facts = {"tenant": TENANT, "scope": EVERYBODY, "counts": counts, "total": sum(counts.values())}
    return status(state, **facts, estimate={"finishAt": "2099-03-02T09:00:43.000Z", "writesPerSecond": 20})


DRY = stands("completed", planned=1947, not_effective=51, protected=2) | {"dryRun": True}
GOING = [
    stands("revoking", planned=1947 - done, revoked=done - failed - 10, verified=10, failed=failed, not_effective=51)
    for done, failed in ((100, 0), (400, 1), (800, 2))
]
ENDED = stands("completed_with_failures", verified=1945, failed=2, not_effective=51, protected=2)


def answer(path: str, asked: Iterator[int]) -> tuple[int, object]:
    """Return what the API says to a question; ``asked`` counts how often it was asked where the run stands."""
    if "/users" in path:
        return 200, {"users": [user(1), user(2, userPrincipalName=LONG)], "cursor": None}
    if path.startswith("/api/preflight"):
        return 200, FOUND
    if path.startswith("/api/runs?"):
        return 200, {"runs": [ENDED, DRY], "cursor": None}
    step = next(asked) if path.endswith("/result") else len(GOING)
    return (202, GOING[step]) if step < len(GOING) else (200, ENDED)


class Answers(BaseHTTPRequestHandler):
    """An API whose run makes a step each time it is asked."""

    asked: Iterator[int]

    def do_POST(self) -> None:
        """Start a run, or a dry one."""
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.say(202, DRY if body.get("dryRun") else GOING[0])

    def do_GET(self) -> None:
        """Answer."""
        self.say(*answer(self.path, self.asked))

    def say(self, code: int, body: object) -> None:
        """Send an answer."""
        data = json.dumps(body).encode()
        self.send_response(code)
        self.send_header("Retry-After", "2")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def served(asked: Iterator[int]) -> Iterator[str]:
    """Yield the address of such an API."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Counted", (Answers,), {"asked": asked}))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/api"
    server.shutdown()
    server.server_close()


@pytest.fixture
def api() -> Iterator[str]:
    """Return the address of an API whose run ends after six seconds."""
    yield from served(count())


@pytest.fixture
def going() -> Iterator[str]:
    """Return the address of an API whose run stays where it is."""
    yield from served(repeat(0))


def begun(seen: Seen) -> None:
    """Answer the question, and see the first progress."""
    seen.until("type contoso.com:")
    seen.type("contoso.com\r")
    seen.until("Signed out 100 of 1,947")


@pytest.mark.parametrize("columns", [60, 80, 160])
def test_a_whole_tenant_on_a_terminal(api: str, columns: int) -> None:
    """Plan, question, progress in place, a clock that ticks, failures as they come, the end: nothing is too wide."""
    with terminal("run", "--all-users", *REASON, columns=columns, env={"REVOKE_API": api}) as seen:
        begun(seen)
        seen.until("failed  user1@contoso.com")
        code = seen.end()
        shown = seen.lines
    left = re.findall(r"([0-9:]+) left", seen.raw.decode())

    assert 1 == code
    assert len(set(left)) >= 5, "asked every two seconds, three times: the clock ticks between"
    # Progress that did not fit would have left pieces of itself behind at each step.
    assert 1 == sum(line.startswith("Signed out") for line in shown)
    assert 1 == sum(line.startswith("contoso.com \u00b7 everybody \u00b7 run 01a20aec-5611") for line in shown)
    assert "Sign out   1,947 users: everybody" in shown
    assert any(line.startswith("1,945 of 1,947 users signed out, 1,945 confirmed;") for line in shown)
    assert "Not done: 2" in shown
    assert LONG in "".join(line.split(" ")[0] for line in shown)  # folded, never cut


def test_ctrl_c_leaves_the_run_going(going: str) -> None:
    """The terminal is as before, the run continues, and how to watch it again is said."""
    with terminal("run", "--all-users", *REASON, columns=80, env={"REVOKE_API": going}) as seen:
        begun(seen)
        seen.type("\x03")
        code = seen.end()

    assert 130 == code
    assert ["Ctrl-C stops watching; the run continues:", "  revoker wait 01a20aec-5611"] == seen.lines[-2:]
    assert seen.raw.decode().rstrip().endswith("\x1b[?25h") or "\x1b[?25h" in seen.raw.decode()  # the cursor is back


def test_any_other_word_starts_nothing(api: str) -> None:
    """The question has one answer."""
    with terminal("run", "--all-users", *REASON, columns=80, env={"REVOKE_API": api}) as seen:
        seen.until("type contoso.com:")
        seen.type("yes\r")
        code = seen.end()

    assert (2, "That is not contoso.com: nothing was started. To try again, repeat the command.") == (
        code,
        seen.lines[-1],
    )


@pytest.mark.parametrize(
    ("argv", "columns"), [(("runs",), 80), (("report", RUN, "--format", "html"), 80), (("users", RUN), 60)]
)
def test_what_is_shown_fits(api: str, argv: tuple[str, ...], columns: int) -> None:
    """A real terminal's width is the one that counts; each screen at each width stands in test_cli_widths.py."""
    with terminal(*argv, columns=columns, env={"REVOKE_API": api}) as seen:
        seen.end()

    written = seen.raw.decode().replace("\r", "").split("\n")
    assert all(len(bare(line)) <= columns or line.startswith("  revoker ") for line in written)


def test_what_was_typed_before_the_question_answers_nothing() -> None:
    """Typed while the users were listed, it may have been meant for something else."""
    master, slave = os.openpty()

    class Asking(io.StringIO):
        """A terminal whose operator answers once the question stands there."""

        def flush(self) -> None:
            os.write(master, b"late\n")

    with os.fdopen(slave) as source, os.fdopen(master, "wb"):
        os.write(master, b"early\n")
        assert "late" == Screen(source, io.StringIO(), Asking()).ask("Which? ")


def bare(line: str) -> str:
    """Return a line without what colours it."""
    while "\x1b[" in line:
        before, _, after = line.partition("\x1b[")
        line = before + after.partition("m")[2]
    return line
