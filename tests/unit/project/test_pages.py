"""The documents as pages: links, readers, plain sentences, the places they name, and the facts they rest on."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from revoker.views.not_ended import NOT_ENDED
from revoker.views.residual import LIFETIMES

ROOT = Path(__file__).parents[3]
PAGES = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]
TEXTS = {page: page.read_text(encoding="utf-8") for page in PAGES}
PRONOUNS = re.compile(r"\b(who(?:m|ever|mever)?|whose|nobody|somebody|anybody|everybody)\b", re.IGNORECASE)
FACTS = TEXTS[ROOT / "docs" / "graph-facts.md"]
ROWS = [line for line in FACTS.splitlines() if line.startswith("| ") and not line.startswith("| fact |")]
CODE = [
    ROOT / "function_app.py",
    *(path for room in ("revoker", "local", "tests") for path in (ROOT / room).rglob("*.py")),
]
SOURCES = {path: path.read_text(encoding="utf-8") for path in CODE if "node_modules" not in path.parts}
# A page or file in code type, an issue, a message or a standard by its number, or the admission that there is none.
SOURCE = re.compile(
    r"`[\w/.-]+`|#\d+|MC\d+|RFC \d+|AA\d+|Q&A \d+|undocumented|inferred|read as source|seen in", re.IGNORECASE
)

# What stands in for Azure outside local/: the emulator, and what tests send or start themselves.
ELSEWHERE = {
    "Azurite",
    "recorded bodies",
    "the same parser",
    "the real worker library",
    "the embedded host's own web server, at 8,190 bytes",
}


def anchors(page: Path) -> set[str]:
    """Return the anchors of a page, one a heading."""
    titles = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


def links() -> Iterator[tuple[Path, str]]:
    """Yield every relative link of every page, with its page."""
    for page, text in TEXTS.items():
        for link in re.findall(r"\]\(((?!https?:)[^)]+)\)", text):
            yield page, link


def leads_somewhere(page: Path, link: str) -> bool:
    """Whether a link points at a file, and its anchor at a heading of that file."""
    name, _, anchor = link.partition("#")
    target = page.parent / name if name else page
    return target.exists() and (not anchor or anchor in anchors(target))


def test_links_lead_somewhere() -> None:
    """Every relative link of every page does."""
    found = list(links())

    assert len(found) > 100
    assert [] == [(page.name, link) for page, link in found if not leads_somewhere(page, link)]


@pytest.mark.parametrize("page", [page for page in PAGES if not page.name[0].isdigit()], ids=lambda page: page.name)
def test_each_page_names_its_reader(page: Path) -> None:
    """The first line under the title says for what reader a page was written."""
    _, _, first, *_ = TEXTS[page].splitlines()

    assert first.startswith("For ")


def test_sentences_name_their_actor() -> None:
    """A sentence about nobody in particular is a riddle: at most one pronoun for people in 1,000 words."""
    prose = " ".join(re.sub(r"```.*?```", "", TEXTS[page], flags=re.DOTALL) for page in PAGES)

    assert 1000 * len(PRONOUNS.findall(prose)) <= len(prose.split())


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_each_place_that_a_page_names_exists(page: Path) -> None:
    """A path in code type is a file or folder of this repository, and a test that is named is defined in its file."""
    named = re.findall(r"`((?:revoker|local|infra|tests|bench|examples|docs)/[\w/.-]*)(?:::(\w+))?`", TEXTS[page])

    assert [] == [path for path, _ in named if not (ROOT / path).exists()]
    assert [] == [
        test
        for path, test in named
        if test and not re.search(rf"^(async )?def {test}\b", SOURCES[ROOT / path], re.MULTILINE)
    ]


def section(page: str, title: str) -> list[str]:
    """Return the rows of the table under a heading."""
    text = TEXTS[ROOT / page].partition(f"\n## {title}\n")[2].partition("\n## ")[0]
    return [line for line in text.splitlines() if line.startswith("|")][2:]


@pytest.mark.parametrize("page", ["README.md", "docs/eviction.md"])
def test_what_stays_is_one_list(page: str) -> None:
    """A responder reads the same list of what revoking does not end wherever it stands."""
    assert [f"| {one.what} | {one.remedy} |" for one in NOT_ENDED] == section(page, "What revoking does not end")


@pytest.mark.parametrize("page", ["SECURITY.md", "docs/api.md"])
def test_guests_are_external_users(page: str) -> None:
    """An auditor and a caller read that `guests` goes by how users sign in; internal guests are revoked."""
    assert "`guests` means external users, by how they sign in and not by `userType`" in TEXTS[ROOT / page]
    assert "internal guest, with credentials of this tenant, is revoked like a member" in TEXTS[ROOT / page]


@pytest.mark.parametrize(
    "words",
    [
        "`Update-AdfsCertificate -CertificateType Token-Signing`, this time **without** `-Urgent`",
        "**How long a refresh token lives.** Until it is revoked",
        "Azure caches the identity's token for about 24 hours, and neither a restart nor Revoker can renew it earlier",
        "`Remove-AdfsCertificate -CertificateType Token-Signing -Thumbprint <old>`",
        "Where `AutoCertificateRollover` is off, make both certificates by hand, each with a new key",
    ],
)
def test_the_runbook_says_what_was_once_wrong(words: str) -> None:
    """A second `-Urgent`, 90 days and a hurried token are mistakes that public guides make."""
    assert words in " ".join(TEXTS[ROOT / "docs" / "eviction.md"].split())


def test_how_long_tokens_live_is_one_text() -> None:
    """A responder reads the same about token lifetimes in the document as beside `residualAccessUntil`."""
    assert LIFETIMES in TEXTS[ROOT / "docs" / "eviction.md"]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[2:50])
def test_each_fact_has_its_source(row: str) -> None:
    """A fact names its source, or says that there is none; its code, its place in the simulation and its test.

    A cell without a place says `none` and why, so that a gap is a decision and not an oversight.
    """
    fact, source, code, simulated, test = row.strip("| ").split(" | ")

    assert fact
    assert SOURCE.search(source)
    assert code not in {"", "-", "none"}
    assert "`local/" in simulated or simulated.startswith("none: ") or simulated in ELSEWHERE or "`tests/" in simulated
    assert "`tests/" in test or test.startswith("none: ")


def test_code_leans_on_sections_that_exist() -> None:
    """A comment that cites a section of the facts finds it."""
    cited = {anchor for text in SOURCES.values() for anchor in re.findall(r"graph-facts(?:\.md)?#([\w-]+)", text)}

    assert cited <= anchors(ROOT / "docs" / "graph-facts.md")
