"""The command among odd surroundings: a full disk, a reader that goes, no home, another language, Ctrl-C twice."""

import json
import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import IO

import pytest
from support.desk import RUN, status, user
from support.pseudo_terminal import terminal

ROOT = Path(__file__).parents[3]
NAME = "Bj\u00f6rn"


class Answers(BaseHTTPRequestHandler):
    """An API with many users, and one run that goes on and on."""

    def do_GET(self) -> None:
        """Answer."""
        body: object = {"users": [user(number) for number in range(1000)], "cursor": None}
        if self.path.startswith("/api/runs?"):
            body = {"runs": [status(requestedBy={"id": "o-1", "name": NAME})], "cursor": None}
        elif self.path.endswith("/result"):
            body = status("revoking")
        elif self.path.endswith(RUN):
            body = status("completed_with_failures", warnings=["w" * 1000] * 300)  # more than a pipe holds
        data = json.dumps(body).encode()
        self.send_response(202 if self.path.endswith("/result") else 200)
        self.send_header("Retry-After", "1")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def api() -> Iterator[str]:
    """Return the address of such an API."""
    with ThreadingHTTPServer(("127.0.0.1", 0), Answers) as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/api"
        server.shutdown()


def begin(
    api: str, *argv: str, out: int | IO[bytes] = subprocess.PIPE, err: int | IO[bytes] = subprocess.PIPE, **env: str
) -> subprocess.Popen[bytes]:
    """Begin the command in a process of its own."""
    return subprocess.Popen(
        [sys.executable, "-m", "revoker.cli", *argv],
        cwd=ROOT,
        env={**os.environ, "REVOKE_API": api, **env},
        stdin=subprocess.DEVNULL,
        stdout=out,
        stderr=err,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # noqa: PLW1509 - no thread of ours forks
    )


def said(process: subprocess.Popen[bytes]) -> str:
    """Return what the command wrote to standard error by its end, which is never a traceback."""
    err = process.communicate(timeout=20)[1].decode()
    assert "Traceback" not in err
    assert "Exception" not in err
    return err


@pytest.mark.parametrize("argv", [("runs",), ("users", RUN), ("runs", "-o", "json"), ("--help",)])
def test_a_full_disk(api: str, argv: tuple[str, ...]) -> None:
    """It is said, and the code is one of its own."""
    with Path("/dev/full").open("wb") as full:
        process = begin(api, *argv, out=full)
        err = said(process)

    assert 74 == process.returncode
    assert "The output cannot be written: No space left on device." in err
    assert 1 == len(err.splitlines())


def test_a_full_disk_ends_the_watch_and_not_the_run(api: str) -> None:
    """How to watch again is said."""
    with Path("/dev/full").open("wb") as full:
        process = begin(api, "wait", RUN, "-o", "jsonl", out=full)
        err = said(process)

    assert 74 == process.returncode
    assert f"This ends the watch, not the run:\n  revoker wait {RUN[:13]}\n" in err


@pytest.mark.parametrize(
    ("argv", "code", "words"),
    [
        (("users", RUN), 0, ""),
        (("--help",), 0, ""),
        (("status", RUN), 1, ""),
        (("wait", RUN, "-o", "jsonl"), 141, "This ends the watch, not the run"),
    ],
)
def test_a_reader_that_has_seen_enough(api: str, argv: tuple[str, ...], code: int, words: str) -> None:
    """As in `| head -1`: no complaint; a run that goes on is named, and one that left users keeps its code."""
    process = begin(api, *argv)
    assert process.stdout
    process.stdout.readline()
    process.stdout.close()
    process.stdout = None

    assert words in said(process)
    assert code == process.returncode


def test_a_reader_of_both_streams_that_has_seen_enough(api: str) -> None:
    """As in `2>&1 | head -1`: there is no stream left to say it on, and 0 would say that the run has completed."""
    process = begin(api, "wait", RUN, "-o", "jsonl", err=subprocess.STDOUT)
    assert process.stdout
    process.stdout.readline()
    process.stdout.close()

    assert 141 == process.wait(timeout=20)


@pytest.mark.parametrize("argv", [("runs",), ("wait", RUN, "-o", "jsonl"), ("wait", RUN)])
def test_a_full_disk_under_both_streams(api: str, argv: tuple[str, ...]) -> None:
    """Python's own 1 would say that users are not done."""
    with Path("/dev/full").open("wb") as full:
        process = begin(api, *argv, out=full, err=full)

        assert 74 == process.wait(timeout=20)


def test_no_standard_output_at_all(api: str) -> None:
    """Closed by the caller, as some schedulers do."""
    shell = ["sh", "-c", '"$0" -m revoker.cli runs >&- <&-', sys.executable]
    done = subprocess.run(shell, cwd=ROOT, env={**os.environ, "REVOKE_API": api}, capture_output=True, check=False)

    assert (0, b"") == (done.returncode, done.stderr)


def test_no_home_and_another_language(api: str) -> None:
    """A name that the terminal cannot show costs no more than its letter."""
    bare = {"HOME": "/nosuch", "LANG": "C", "LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    process = begin(api, "runs", **bare)
    assert process.stdout
    shown = process.stdout.read().decode()

    assert "" == said(process)
    assert "Bj?rn" in shown


def test_completion_in_a_home_that_cannot_be_written(api: str) -> None:
    """One line, and the way without it."""
    process = begin(api, "--install-completion", "bash", HOME="/proc", _TYPER_COMPLETE_TEST_DISABLE_SHELL_DETECTION="1")

    assert "The shell's own start-up file cannot be written" in (err := said(process))
    assert "revoker --show-completion" in err
    assert 2 == process.returncode


def test_ctrl_c_twice(api: str) -> None:
    """The second comes while the first is answered."""
    process = begin(api, "wait", RUN, "-o", "jsonl")
    assert process.stdout
    process.stdout.readline()
    for _ in range(2):
        process.send_signal(signal.SIGINT)

    said(process)
    # At its very end Python lets a signal end the process, of which a shell says 130 as well.
    assert process.returncode in {130, -signal.SIGINT}


def test_a_dumb_terminal_reads_a_log(api: str) -> None:
    """It cannot move its cursor, so that progress in place would show nothing until the end."""
    with terminal("wait", RUN, columns=80, env={"REVOKE_API": api, "TERM": "dumb"}) as seen:
        seen.until("Signed out 1 of 2")
        seen.type("\x03")

        assert 130 == seen.end()
    assert not re.search("\x1b", seen.raw.decode())


def test_no_colour_where_none_is_wanted(api: str) -> None:
    """NO_COLOR keeps progress in place and takes the colours."""
    with terminal("runs", columns=160, env={"REVOKE_API": api, "NO_COLOR": "1"}) as seen:
        assert 0 == seen.end()
    assert not re.search("\x1b\\[3[0-9]m", seen.raw.decode())
