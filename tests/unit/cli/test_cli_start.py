"""The command before it asks anything: what it imports, its version, completion, and a second person."""

import base64
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from support.desk import API, command, says

from revoker.cli.table import commands
from revoker.version import VERSION

ROOT = Path(__file__).parents[3]
OWN = {"typer", "rich", "httpx", "azure"}  # what the command's own installation brings, by the names it imports
IMPORTED = "import sys; from revoker.cli.__main__ import main; code = main(); print(*sys.modules); sys.exit(code)"
PACKAGES = {"typer", "rich", "httpx", "pydantic", "azure", "aiohttp", "msgraph", "cryptography"}


def process(*argv: str, **env: str) -> str:
    """Return what a process of the command prints, and then the modules it imported, on the last line."""
    done = subprocess.run(
        [sys.executable, "-c", IMPORTED, *argv],
        cwd=ROOT,
        env={**os.environ, **env},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout


def test_help_imports_no_client() -> None:
    """Help is read by people who wait for it: nothing that talks, draws or signs in is imported."""
    modules = process("--help").splitlines()[-1].split()

    assert {"typer"} == PACKAGES & {module.partition(".")[0] for module in modules}


def test_the_command_imports_nothing_of_the_apps() -> None:
    """Installed alone it has the words of the core, and no other room of the app."""
    modules = process("sweeps", "--help").splitlines()[-1].split()
    rooms = {".".join(module.split(".")[:2]) for module in modules if module.startswith("revoker.")}

    assert {"revoker.cli", "revoker.core", "revoker.version"} == rooms


def test_the_version() -> None:
    """One place holds it."""
    assert f"revoker {VERSION}\n" in process("--version")


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("revoker not", "not-done"),
        ("revoker runs --state canc", "cancelled"),
        ("revoker users x --outcome ref", "refused"),
        ("revoker sweeps pa", "pause"),
        ("revoker run --all", "--all-users"),
        ("revoker report x --format ht", "html"),
    ],
)
def test_tab_completes_commands_options_and_values(typed: str, offered: str) -> None:
    """As bash asks for it."""
    word = str(len(typed.split()) - 1)
    shown = process(_REVOKER_COMPLETE="complete_bash", COMP_WORDS=typed, COMP_CWORD=word)

    assert offered == shown.splitlines()[0]


@pytest.mark.parametrize("argv", [("--help",), ("sweeps", "--help"), ("run", "-h"), ("status", "--help")])
def test_help_is_no_wider_than_a_narrow_terminal(
    argv: tuple[str, ...], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every page of help fits 80 columns, and asks nothing."""
    monkeypatch.setenv("COLUMNS", "80")
    ended = command(*argv)
    shown = capsys.readouterr().out

    assert (0, []) == (ended.code, ended.calls)
    assert max(len(line) for line in shown.splitlines()) <= 80


@pytest.mark.parametrize("name", sorted(commands().shape.commands))
def test_each_command_has_help(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    """With a sentence of its own."""
    assert 0 == command(name, "--help").code
    assert f"Usage: revoker {name} " in capsys.readouterr().out


@pytest.mark.parametrize("argv", [("--as", "Ben", "runs"), ("runs", "--as", "Ben")])
def test_a_second_person_is_played_on_this_machine(argv: tuple[str, ...]) -> None:
    """The header of App Service, with every role; the same name is the same person."""
    page = says(200, {"runs": [], "cursor": None})
    headers = [command(*argv, answers=[page]).asked[0].headers["X-MS-CLIENT-PRINCIPAL"] for _ in range(2)]
    claims = {(one["typ"], one["val"]) for one in json.loads(base64.b64decode(headers[0]))["claims"]}

    assert headers[0] == headers[1]
    assert {("preferred_username", "Ben"), ("roles", "Sessions.RevokeAll"), ("roles", "Sessions.Read")} <= claims


@pytest.mark.parametrize(
    ("env", "said"),
    [
        ({"REVOKE_API": "https://r.azurewebsites.net/api"}, "this API is not on it"),
        ({**API, "REVOKE_TOKEN": "eyJ.eyJ.c"}, "unset REVOKE_TOKEN"),
        ({**API, "REVOKE_AUDIENCE": "api://x"}, "unset REVOKE_TOKEN and REVOKE_AUDIENCE"),
    ],
)
def test_a_second_person_is_played_nowhere_else(env: dict[str, str], said: str) -> None:
    """Not to another machine, and not with a token."""
    ended = command("runs", "--as", "Ben", env=env)

    assert (2, []) == (ended.code, ended.calls)
    assert said in ended.err


def test_options_without_a_command() -> None:
    """The command is asked for, in a line."""
    ended = command("--api", "http://127.0.0.1:7071/api")

    assert (2, 1) == (ended.code, len(ended.err.splitlines()))
    assert "Which command?" in ended.err
