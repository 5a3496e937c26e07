"""`docs/failure-modes.md` leans on tests that are there, and leaves none of the named scenarios out."""

import re
from pathlib import Path

import pytest
from programme import PROGRAMME

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "docs" / "failure-modes.md").read_text(encoding="utf-8")
ROWS = [
    line
    for line in TEXT.partition("## Numbers")[0].splitlines()
    if line.startswith("| ") and not line.startswith("| what breaks")
]
NAMED = re.findall(r"`(tests/[\w/]+\.py)(?:::(\w+))?`", "\n".join(ROWS))


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[2:50])
def test_each_row_names_its_test(row: str) -> None:
    """What breaks, what the ledger says, what heals it, what you do, and the test."""
    assert 5 == row.strip("| ").count(" | ") + 1
    assert re.search(r"`tests/[\w/.]+", row.rsplit(" | ", 1)[1])


@pytest.mark.parametrize(("file", "name"), NAMED)
def test_each_named_test_exists(file: str, name: str) -> None:
    """A row is backed by a function of that name in that file."""
    assert re.search(rf"^(async )?def {name or 'test_'}", (ROOT / file).read_text(encoding="utf-8"), re.MULTILINE)


def test_each_named_scenario_has_its_row() -> None:
    """The documented modes are those that have a name."""
    assert sorted(PROGRAMME) == sorted(re.findall(r"`tests/faults/\[([\w-]+)\]`", "\n".join(ROWS)))
