"""``--output`` takes the place of nothing: no file, no link, nobody's half-written evidence."""

import os
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest
from support.desk import RUN, command, evidence, problem

from revoker.cli.commands import evidence_file
from revoker.cli.commands.evidence_file import new_file
from revoker.cli.ending import UsageError

DATA, OTHER = b"evidence", b"another's"


def fetched(file: Path, answer: httpx.Response | None = None) -> int:
    """Fetch a report into a file, and return the exit code."""
    return command("report", RUN, "--output", str(file), answers=[answer or evidence(DATA)]).code


def test_a_part_that_lies_there_stays(tmp_path: Path) -> None:
    """It may be another command's, on its way."""
    file, part = tmp_path / "e.json", tmp_path / "e.json.part"
    part.write_bytes(OTHER)
    assert 2 == fetched(file, problem(404, "Not found", "There is no run."))
    assert [part] == list(tmp_path.iterdir())
    assert 0 == fetched(file)

    assert (DATA, OTHER) == (file.read_bytes(), part.read_bytes())
    assert {file, part} == set(tmp_path.iterdir())


@pytest.mark.parametrize("to", ["there", "nowhere"])
@pytest.mark.parametrize("name", ["e.json", "e.json.part"])
def test_no_link_is_followed_or_replaced(tmp_path: Path, to: str, name: str) -> None:
    """An intruder on the responder's machine may lay one, to a file or to nothing."""
    folder, target = tmp_path / "folder", tmp_path / to
    folder.mkdir()
    if to == "there":
        target.write_bytes(OTHER)
    link = folder / name
    link.symlink_to(target)
    if name == "e.json":
        ended = command("report", RUN, "--output", str(link))
        assert (2, []) == (ended.code, ended.calls)
    else:
        assert 0 == fetched(folder / "e.json")

    assert link.is_symlink()
    assert [OTHER] * (to == "there") == [path.read_bytes() for path in tmp_path.iterdir() if path.is_file()]


@pytest.mark.parametrize("links", [True, False], ids=["links", "no links"])
@pytest.mark.parametrize("kind", ["file", "link"])
def test_what_comes_meanwhile_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str, *, links: bool) -> None:
    """Another command was quicker, on a file system with links or without them."""
    file = tmp_path / "e.json"
    if not links:
        monkeypatch.setattr(evidence_file.os, "link", refused)
    with pytest.raises(UsageError, match="exists"):
        written_while(file, lambda: come(file, kind))

    assert [file] == list(tmp_path.iterdir())
    assert kind == "link" or file.read_bytes() == OTHER


def test_a_file_system_without_links_will_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The file is whole under its name, and nothing else is left."""
    monkeypatch.setattr(evidence_file.os, "link", refused)
    file = tmp_path / "e.json"
    assert 0 == fetched(file)

    assert [(file, DATA)] == [(path, path.read_bytes()) for path in tmp_path.iterdir()]


def test_only_its_owner_may_read_evidence(tmp_path: Path) -> None:
    """It names people that are suspected."""
    file = tmp_path / "e.json"
    fetched(file)

    assert 0o600 == file.stat().st_mode & 0o777


def written_while(file: Path, comes: Callable[[], object]) -> None:
    """Write evidence, while something comes to its name."""
    with new_file(str(file)) as stream:
        stream.write(DATA)
        comes()


def come(file: Path, kind: str) -> None:
    """Put another file, or a link, where the evidence is to be."""
    if kind == "file":
        file.write_bytes(OTHER)
    else:
        file.symlink_to(file.parent / "nowhere")


def refused(*_: object) -> None:
    """Have no links."""
    raise PermissionError(os.strerror(1))
