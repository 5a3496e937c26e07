"""The documents name what the code has: outcomes, states, reasons, settings, routes, host.json's numbers."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from revoker.cli.ending import Exit
from revoker.cli.table import commands
from revoker.cli.typed.shape import Shape
from revoker.core.outcome import Outcome
from revoker.core.run import State
from revoker.core.sweep import SweepState
from revoker.web.caller import Role

ROOT = Path(__file__).parents[3]
DOCS = {path.name: path.read_text(encoding="utf-8") for path in [ROOT / "README.md", *(ROOT / "docs").glob("*.md")]}
CODE = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "revoker").rglob("*.py"))
CONTRACT = json.loads((ROOT / "revoker" / "web" / "openapi.json").read_bytes())
HOST = json.loads((ROOT / "host.json").read_bytes())


@pytest.mark.parametrize("outcome", list(Outcome))
def test_the_readme_explains_each_outcome(outcome: Outcome) -> None:
    """Every outcome has its row in the first table a responder sees."""
    assert f"| `{outcome}` |" in DOCS["README.md"]


@pytest.mark.parametrize("word", [*State, *SweepState, *Role])
def test_each_state_and_role_is_documented(word: str) -> None:
    """Every state and role is in the documents."""
    assert any(f"`{word}`" in text for text in DOCS.values())


@pytest.mark.parametrize("path", sorted(CONTRACT["paths"]))
def test_each_route_is_documented(path: str) -> None:
    """Every route of the contract has its row."""
    assert f"/api{path}`" in DOCS["api.md"]


@pytest.mark.parametrize(
    "name", sorted(set(re.findall(r'"((?:REVOKER|SWEEP|GRAPH|AZURE|WEBSITE|LEGION)_[A-Z_]+)"', CODE)))
)
def test_each_setting_is_documented(name: str) -> None:
    """Every variable that the code reads has its row, and every documented one is read."""
    assert f"`{name}`" in DOCS["configuration.md"]


def test_no_setting_is_documented_that_nobody_reads() -> None:
    """A variable in the documents is one of the code's."""
    named = set(re.findall(r"`((?:REVOKER|SWEEP)_[A-Z_]+)`", "\n".join(DOCS.values())))

    assert set() == {name for name in named if f'"{name}"' not in CODE}


@pytest.mark.parametrize("name", [*HOST["extensions"]["queues"], "functionTimeout"])
def test_each_number_of_the_host_has_its_reason(name: str) -> None:
    """Every number of host.json says why it is what it is."""
    assert f"`{name}`" in DOCS["configuration.md"]


def spoken(shape: Shape) -> Iterator[tuple[str, str]]:
    """Yield every command, and every option with its command."""
    for below in shape.commands.values():
        yield (below.path, "")
        yield from ((below.path, option) for option in below.options)
        yield from spoken(below)


def test_each_command_and_option_is_documented() -> None:
    """Every command, and every option of it, stands in code type where the command is described."""
    said = list(spoken(commands().shape))

    assert len(said) > 100
    assert [] == [(name, option) for name, option in said if f"`{option or name}" not in DOCS["cli.md"]]


def test_no_option_is_documented_that_is_none() -> None:
    """An option in the document is one of the command's, of its installation, or of ``az``."""
    named = set(re.findall(r"(?<![\w-])--[a-z][a-z-]*", DOCS["cli.md"]))
    others = {"--version", "--help", "--install-completion", "--api-port"}

    assert set() == named - others - {option for _, option in spoken(commands().shape)}


@pytest.mark.parametrize("code", list(Exit))
def test_each_exit_code_is_documented(code: Exit) -> None:
    """Every exit code has its row."""
    assert f"| `{code.value}` |" in DOCS["cli.md"]
