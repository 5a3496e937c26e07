"""SECURITY.md is true where a test can tell: its links, the tests it names, the roles and settings."""

import re
from pathlib import Path

from revoker.settings import load
from revoker.web.caller import Role

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "SECURITY.md").read_text(encoding="utf-8")


def headings(path: Path) -> set[str]:
    """Return a document's anchors."""
    titles = re.findall(r"^#+ (.+)$", path.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


def test_links_lead_somewhere() -> None:
    """Every link is a file, and every anchor in it a heading."""
    links = re.findall(r"\]\(([^)]+)\)", TEXT)

    assert links
    for link in links:
        path, _, anchor = link.partition("#")
        assert (ROOT / path).is_file()
        assert not anchor or anchor in headings(ROOT / path)


def test_what_is_promised_has_its_test() -> None:
    """Every test that the page names is there, and every make target."""
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")

    assert [] == [name for name in re.findall(r"`(tests/[\w/.]+)`", TEXT) if not (ROOT / name).exists()]
    assert [] == [name for name in re.findall(r"`make (\w+)`", TEXT) if f"\n{name}:" not in makefile]


def test_roles_and_settings_are_ours() -> None:
    """A role or setting that the page leans on exists, and no role is left out."""
    assert {role.value for role in Role} == set(re.findall(r"`(Sessions\.\w+)`", TEXT))
    assert set(re.findall(r"REVOKER_\w+", TEXT)) <= set(load({}).known)


def test_it_is_found() -> None:
    """The README and the documents lead to it."""
    assert "](SECURITY.md)" in (ROOT / "README.md").read_text(encoding="utf-8")
    assert "](../SECURITY.md)" in (ROOT / "docs" / "configuration.md").read_text(encoding="utf-8")
