"""Pages, docstrings and comments name modules that exist, so that a stranger finds what they speak of."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
PACKAGE = ROOT / "revoker"
PAGES = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]
SOURCES = sorted(PACKAGE.rglob("*.py"))
FILES = {path.name for room in ("revoker", "local", "tests", "infra", "bench") for path in (ROOT / room).rglob("*.py")}
# Files at the top of the repository, and files of other projects that are cited as a source.
ELSEWHERE = {"function_app.py", "retry_handler.py", "cloud.py", "test_security_alert.py"}
ROOMS = "|".join(sorted(path.name for path in PACKAGE.iterdir() if path.is_dir() and path.name[0] != "_"))
# The change log names what there was then.
HISTORY = {"CHANGELOG.md"}


def is_module(dotted: str) -> bool:
    """Whether a dotted name is a room or module of the package, or a name that is defined in one."""
    path = PACKAGE.joinpath(*dotted.split("."))
    if path.is_dir() or path.with_suffix(".py").is_file():
        return True
    module, attribute = path.parent.with_suffix(".py"), path.name
    return module.is_file() and bool(re.search(rf"\b{attribute}\b", module.read_text(encoding="utf-8")))


def missing_in(text: str) -> list[str]:
    """Return the modules that a text names in code type and that do not exist."""
    # `core.windows.net` and the like are domains.
    dotted = re.findall(rf"`((?:{ROOMS})(?:\.\w+)+)(?<!\.net)(?<!\.cn)`", text)
    slashed = re.findall(rf"`(?:revoker/)?((?:{ROOMS})(?:/\w+)+)(?:\.py)?/?`", text)
    files = [name for name in re.findall(r"`(\w+\.py)`", text) if name not in FILES | ELSEWHERE]
    return [*(name for name in [*dotted, *(path.replace("/", ".") for path in slashed)] if not is_module(name)), *files]


@pytest.mark.parametrize("page", [page for page in PAGES if page.name not in HISTORY], ids=lambda page: page.name)
def test_each_module_that_a_page_names_exists(page: Path) -> None:
    """A module in code type, with its room or by its file name alone, is one of this repository."""
    assert [] == missing_in(page.read_text(encoding="utf-8"))


def test_each_module_that_a_docstring_names_exists() -> None:
    """So is one in a docstring or comment of the package."""
    found = {path.name: missing_in(path.read_text(encoding="utf-8")) for path in SOURCES}

    assert {} == {name: names for name, names in found.items() if names}


@pytest.mark.parametrize(
    ("text", "missing"),
    [
        ("`core.pacing` and `core/pool.py`", []),
        ("`core.place`", ["core.place"]),
        ("`revoker/core/place.py`", ["core.place"]),
        ("`respond.recover.put_apart`, `respond/start/`", []),
        ("`core.pacing.Pace`", []),
        ("`core.pacing.Gate`", ["core.pacing.Gate"]),
        ("`columns.py`", []),
        ("`place.py`", ["place.py"]),
    ],
)
def test_a_module_that_is_gone_is_told(text: str, missing: list[str]) -> None:
    """By its dotted name, by its path or by its file name."""
    assert missing == missing_in(text)


def test_each_room_has_its_row() -> None:
    """What stands on the top level of the package is in the table of rooms, and nothing else is."""
    rows = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8").partition("## The rooms")[2]
    cells = [row.split(" | ")[0] for row in rows.partition("\n| where is")[0].splitlines() if row.startswith("| `")]
    named = {name.rstrip("/") for cell in cells for name in re.findall(r"`revoker/([\w/.]+)`", cell)}
    there = {path.name for path in PACKAGE.iterdir() if path.is_dir() or path.suffix == ".py"}

    assert there - {"__init__.py", "__pycache__"} == named


def test_each_decision_is_listed() -> None:
    """The page of decisions has a row for each, under the title that the decision has."""
    folder = ROOT / "docs" / "decisions"
    index = (folder / "README.md").read_text(encoding="utf-8")
    expected: list[str] = []
    for path in sorted(folder.glob("0*.md")):
        title = re.match(r"# (\d+)\. (.*)", path.read_text(encoding="utf-8"))
        assert title
        expected.append(f"| {title[1]} | [{title[2]}]({path.name}) |")

    assert expected == [line for line in index.splitlines() if re.match(r"\| \d", line)]


def test_no_text_cites_an_issue_that_a_reader_cannot_see() -> None:
    """An issue is cited with its repository, as in azure-functions-host#3157: a bare number leads nowhere."""
    texts = {path.name: path.read_text(encoding="utf-8") for path in (*PAGES, *SOURCES)}

    assert [] == [name for name, text in texts.items() if re.search(r"\b[Ii]ssues? \d{1,2}\b", text)]
