"""`python -m local serve`: what it starts it ends, and what cannot start says so."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest
from support.hosting import APP, ROOT

from local.children import ChildFailedError
from local.serve import Options, Running, serving

TREE_OF_AZURITE = """
import asyncio
from local.azurite.process import azurite

async def main():
    async with azurite() as storage:
        print(storage.child.pid, flush=True)
        await asyncio.sleep(60)

asyncio.run(main())
"""


def children(pid: int) -> list[int]:
    """Name the processes that a process has started."""
    told = Path(f"/proc/{pid}/task/{pid}/children")
    if told.exists():
        return [int(child) for child in told.read_text().split()]
    listed = subprocess.run(["ps", "-A", "-o", "ppid=,pid="], capture_output=True, check=True, text=True)  # noqa: S607
    pairs = [line.split() for line in listed.stdout.splitlines()]
    return [int(child) for parent, child in pairs if int(parent) == pid]


def alive(pid: int) -> bool:
    """Say whether there is such a process."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def gone(pid: int) -> bool:
    """Say whether a process ends within a few seconds."""
    deadline = time.monotonic() + 5
    while alive(pid) and time.monotonic() < deadline:
        time.sleep(0.02)
    return not alive(pid)


def test_the_command_says_where_everything_is_and_ends_all_of_it() -> None:
    """One line when it is ready, status 0 at SIGTERM, and no process left."""
    command = [sys.executable, "-m", "local", "serve", "--api-port=0", "--users=20"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
        assert process.stdout is not None
        ready = json.loads(process.stdout.readline())
        started = children(process.pid)
        process.send_signal(signal.SIGTERM)
        status = process.wait(20)

    assert {"ready", "api", "graph", "storage", "next"} == set(ready)
    assert f"export REVOKE_API={ready['api']}" == ready["next"]
    assert ready["api"].endswith("/api")
    assert ready["graph"].endswith("/v1.0")
    assert (3, 0) == (len(started), status)
    assert all(gone(pid) for pid in started)


def test_no_child_outlives_a_killed_parent() -> None:
    """Even SIGKILL, which nothing can handle, leaves no emulator behind on Linux; no other system offers that."""
    command = [sys.executable, "-c", TREE_OF_AZURITE]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        child = int(process.stdout.readline())
        process.kill()
    ended = gone(child)
    if not ended:
        os.kill(child, signal.SIGTERM)

    assert (sys.platform == "linux") is ended


def test_the_ready_line_is_all_that_a_screen_shows() -> None:
    """What the parts log goes to a file, whose name comes first: the addresses stay in sight."""
    command = [sys.executable, "-m", "local", "serve", "--api-port=0", "--users=20"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        ready = process.stdout.readline()
        with urllib.request.urlopen(f"{json.loads(ready)['api']}/health", timeout=10) as answer:  # noqa: S310  # loopback
            assert answer.status == 200
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=20)

    assert ("", 0) == (out, process.returncode)
    [told] = err.splitlines()
    log = Path(told.rpartition(" ")[2])
    assert log.suffix == ".log"
    assert log.exists()
    log.unlink()


def test_a_taken_port_costs_one_line() -> None:
    """Nothing is started in vain, and the line says what to type."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        command = [sys.executable, "-m", "local", "serve", f"--api-port={port}"]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=20, check=False)

    assert (1, "") == (done.returncode, done.stdout)
    assert f"Port {port} is taken" in done.stderr
    assert "--api-port 0" in done.stderr


async def test_what_is_given_is_not_started(tmp_path: Path) -> None:
    """A tenant and a storage that run already are used; the host is started again on the same port."""
    log = tmp_path / "log"
    async with serving(
        Options(app=APP, users=20, log=log, settings={"WORK_QUEUE": "first", "TICKS": "* * * * * *"})
    ) as first:
        assert first.azurite
        assert first.host
        api = first.api
        await first.host.kill()
        await first.start_host()
        assert (api, True) == (first.api, first.host.alive)

        given = Options(
            app=APP,
            graph_url=first.root,
            storage=first.storage,
            log=log,
            settings={"WORK_QUEUE": "other", "TICKS": "* * * * * *"},
        )
        async with serving(given) as second:
            assert (None, None, first.graph, first.storage) == (
                second.azurite,
                second.tenant,
                second.graph,
                second.storage,
            )


async def test_a_child_that_cannot_start_is_quoted(tmp_path: Path) -> None:
    """The error names the child and repeats what it said."""
    with pytest.raises(ChildFailedError, match=r"(?s)The tenant ended with status 2.*invalid choice: 'nonsense'"):
        async with serving(Options(faults="nonsense", log=tmp_path / "log")):
            pass


def test_the_apps_environment_is_complete(monkeypatch: pytest.MonkeyPatch) -> None:
    """The app finds its tenant, its identity and its quota where it would in Azure; the caller's settings win."""
    monkeypatch.delenv("REVOKER_AUTH", raising=False)
    monkeypatch.setenv("REVOKER_PROTECTED", "from outside")
    running = Running(Options(write_burst=50, write_rate=2.5, settings={"REVOKER_VERIFY_DELAYS": "1"}))
    running.graph, running.storage = "http://127.0.0.1:5000/v1.0", "a connection string"

    expected = {
        "AzureWebJobsStorage": "a connection string",
        "GRAPH_ENDPOINT": "http://127.0.0.1:5000",
        "IDENTITY_ENDPOINT": "http://127.0.0.1:5000/msi/token",
        "IDENTITY_HEADER": "local",
        "REVOKER_AUTH": "none",
        "REVOKER_PROTECTED": "from outside",
        "REVOKER_VERIFY_DELAYS": "1",
        "REVOKER_WRITE_BURST": "50",
        "REVOKER_WRITE_RATE": "2.5",
    }
    assert expected == {name: running.environment()[name] for name in expected}
