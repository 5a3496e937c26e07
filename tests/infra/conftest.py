"""What the infrastructure tests read: the kept template, and a fake `az`."""

import json
import os
import stat
import sys
from pathlib import Path

import pytest
from fake_cli import Cli
from kept import ROOT, Found, Json, unfold

from infra import azure_cli, bicep, steps
from infra.entra import directory


@pytest.fixture(scope="session")
def template() -> Json:
    """Return the kept template, which is what is deployed."""
    kept: Json = json.loads(bicep.KEPT.read_text(encoding="utf-8"))
    return kept


@pytest.fixture(scope="session")
def resources(template: Json) -> list[Found]:
    """Return every resource of the kept template."""
    return list(unfold(template))


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Put the fake `az` first on the PATH, in an environment without any answer of ours; return where it writes."""
    script = tmp_path / "az"
    script.write_text(f'#!/bin/sh\nexec "{sys.executable}" -S "{ROOT}/tests/infra/fake_az.py" "$@"\n', encoding="utf-8")
    script.chmod(script.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    monkeypatch.setenv("FAKE_AZ", str(tmp_path))
    for name in [name for name in os.environ if name.startswith(("RESPONDER_", "AZURE_"))]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("RESPONDER_API_CLIENT_ID", "")  # so that what a step sets is taken back
    return tmp_path


@pytest.fixture(autouse=True)
def without_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    """Try everything once: no test waits for roles to spread."""
    monkeypatch.setattr(azure_cli, "PATIENCE_SECONDS", (0,))
    monkeypatch.setattr(directory, "PATIENCE_SECONDS", (0,))


@pytest.fixture
def cli(monkeypatch: pytest.MonkeyPatch) -> Cli:
    """Put the fake Azure behind every command, in an environment without any answer of ours; a package is there."""
    made = Cli()
    for name in [name for name in os.environ if name.startswith(("RESPONDER_", "AZURE_"))]:
        monkeypatch.delenv(name)
    for name in ("RESPONDER_API_CLIENT_ID", "RESPONDER_SENTINEL_GRANT"):
        monkeypatch.setenv(name, "")  # so that what a step sets is taken back
    monkeypatch.setattr(azure_cli, "run", made.run)
    monkeypatch.setattr(steps, "trouble", lambda _package: "")
    return made
