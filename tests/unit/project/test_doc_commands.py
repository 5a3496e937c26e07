"""What a document tells to type can be typed: each command parses, each target of make exists, each body is one."""

import json
import re
import shlex
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from revoker.cli.parser import Chosen
from revoker.cli.table import commands
from revoker.cli.typed.roles import ROLES
from revoker.core.request import Person
from revoker.intake.http import parse_run
from revoker.intake.sweep import parse_sweep

ROOT = Path(__file__).parents[3]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
BLOCK = re.compile(r"```(?:sh|console)\n(.*?)```", re.DOTALL)
# A program's name, after a prompt or variables, and the rest of the line; a quoted text may go over several lines.
LINE = re.compile(r"^(?:\$ )?((?:[A-Z_]+=\S+ )*(?:revoker|make|curl)\b[^\n']*(?:'[^']*'[^\n']*)*)", re.MULTILINE)
NOW = datetime(2026, 3, 2, tzinfo=UTC)  # the day of the eviction in the examples
RITA = Person("id-1", "Rita")


def typed() -> Iterator[str]:
    """Yield each line to type in a document's blocks, joined where a backslash or a quote goes on."""
    for page in PAGES:
        for block in BLOCK.findall(page.read_text(encoding="utf-8")):
            text = re.sub(r"^[ ]+", "", block, flags=re.MULTILINE).replace("\\\n", "")
            for match in LINE.finditer(text):
                yield match[1]


TYPED = sorted(set(typed()))


def of(program: str) -> list[str]:
    """Return the lines that run a program."""
    return [line for line in TYPED if re.match(rf"(?:[A-Z_]+=\S+ )*{program}\b", line)]


@pytest.mark.parametrize("line", of("revoker"))
def test_each_command_of_the_documents_can_be_typed(line: str) -> None:
    """Command, options and values are ones that the parser takes."""
    [_, *argv] = shlex.split(line, comments=True)
    if "--install-completion" not in argv:
        assert isinstance(commands().parse(argv), Chosen)


@pytest.mark.parametrize("line", of("make"))
def test_each_target_of_the_documents_is_one(line: str) -> None:
    """The Makefile has the target."""
    words = [word for word in shlex.split(line, comments=True) if "=" not in word]

    assert re.search(rf"^{words[1]}:", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)


@pytest.mark.parametrize("line", [line for line in of("curl") if " -d " in line])
def test_each_body_of_the_documents_is_taken(line: str) -> None:
    """A body that a document posts is one that the API reads."""
    words = shlex.split(line)
    body = json.loads(words[words.index("-d") + 1])

    if "$API/sweeps" in words:
        parse_sweep(body, RITA, NOW)
    else:
        assert parse_run(body, RITA, NOW).reason


def test_there_is_something_to_type() -> None:
    """The pattern still finds the lines: a README without any would pass everything above."""
    assert 20 < len(of("revoker"))
    assert len(of("make"))
    assert len(of("curl"))


def test_the_roles_are_those_of_the_command() -> None:
    """The table of names and template ids is the one that `--role` looks in."""
    section = (ROOT / "docs" / "cli.md").read_text(encoding="utf-8").partition("## Roles by name")[2]
    rows = re.findall(r"^\| (.+?) \| `([0-9a-f-]{36})` \|$", section.partition("\n## ")[0], re.MULTILINE)

    assert dict(rows) == ROLES
