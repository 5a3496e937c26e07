"""A package that cannot be built: one sentence, and nothing half-written."""

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from infra.package import __main__ as command, build, install
from infra.package.errors import PackageError
from infra.package.freshness import trouble
from infra.package.layout import APP_FILES, LOCKED, ROOT
from infra.package.lock import Pin

# What uv 0.13 says, recorded.
MISMATCH = "error: Failed to download `h11==0.16.0`\n  cause: Hash mismatch for `h11==0.16.0`\n"
NO_WHEEL = "  cause: Because pywin32==311 has no wheels with a matching platform tag (e.g., `manylinux_2_28_x86_64`)"
NO_NETWORK = "error: Request failed after 3 retries in 7.5s\n  cause: tcp connect error\n  cause: Connection refused"
OFFLINE = "error: No solution found\n  cause: Because h11 was not found in the cache and you require h11==0.16.0"


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        (MISMATCH, "does not have the hash that requirements.lock names"),
        (NO_WHEEL, "has no wheel for x86_64-manylinux_2_28"),
        (NO_NETWORK, "could not be fetched; is a package registry within reach?"),
        (OFFLINE, "could not be fetched; is a package registry within reach?"),
    ],
    ids=["hash", "wheel", "network", "offline"],
)
def test_what_uv_says_becomes_one_sentence(said: str, sentence: str) -> None:
    """The first line says what is wrong and what to do; uv's own words come after it."""
    first, _, rest = install.explain(said).partition("\n")

    assert sentence in first
    assert said.strip() == rest


def test_a_hash_that_does_not_fit_is_refused(tmp_path: Path) -> None:
    """The real installer, with the lock's own line and another hash."""
    lines = f"h11==0.16.0 \\\n    --hash=sha256:{'0' * 64}\n"

    with pytest.raises(PackageError):
        install.install([Pin("h11", "0.16.0", lines, frozenset())], tmp_path / "site")
    assert not (tmp_path / "site" / "h11").exists()


def test_a_failure_leaves_the_last_package(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The command prints the sentence, ends with 1, and what was at the place is untouched."""
    target = tmp_path / "package.zip"
    target.write_bytes(b"the last one")

    def unreachable(*_arguments: object) -> None:
        raise PackageError("The locked packages could not be fetched; is a package registry within reach?")

    monkeypatch.setattr(build, "install", unreachable)
    monkeypatch.setattr(sys, "argv", ["package", "--out", str(target)])

    assert command.main() == 1
    assert capsys.readouterr().err.startswith("No package was built: The locked packages could not be fetched")
    assert b"the last one" == target.read_bytes()
    assert [target] == list(tmp_path.iterdir())


def test_an_installer_that_hangs_is_ended(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A registry that answers nothing does not hold up a build for ever."""

    def hang(*_arguments: object, **_options: object) -> None:
        raise subprocess.TimeoutExpired("uv", 600)

    monkeypatch.setattr(subprocess, "run", hang)
    with pytest.raises(PackageError, match="did not arrive within 600 s"):
        install.install([], tmp_path)


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """Return a package that holds this checkout's app and one pin of its lock."""
    path = tmp_path / "package.zip"
    pin = (ROOT / "requirements.lock").read_text(encoding="utf-8").split("\n# via")[0].splitlines()[2:5]
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(LOCKED, "\n".join(pin))
        for name in APP_FILES:
            archive.write(ROOT / name, name)
        for file in sorted((ROOT / "revoker").rglob("*")):
            if file.is_file() and "__pycache__" not in file.parts and "cli" not in file.parts:
                archive.write(file, file.relative_to(ROOT))
    return path


def changed(package: Path, name: str, content: str | None) -> Path:
    """Return a copy of a package in which one file is another, or is missing."""
    path = package.with_name("changed.zip")
    with zipfile.ZipFile(package) as old, zipfile.ZipFile(path, "w") as new:
        for entry in old.namelist():
            if entry != name:
                new.writestr(entry, old.read(entry))
        if content is not None:
            new.writestr(name, content)
    return path


def test_a_package_of_these_sources_may_go_up(package: Path) -> None:
    """Byte code and what is installed are not compared; the app and its pins are."""
    assert "" == trouble(package)
    assert "" == trouble(changed(package, "revoker/__pycache__/log.cpython-313.pyc", "byte code"))


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("function_app.py", "# another\n"),
        ("revoker/log.py", None),
        ("revoker/old.py", "a file that is gone from the checkout"),
        (LOCKED, None),
        (LOCKED, "h11==0.1 \\\n    --hash=sha256:00\n"),
    ],
)
def test_a_package_of_other_sources_may_not(package: Path, name: str, content: str | None) -> None:
    """What was tested is what goes up: anything else says what to type."""
    assert "other sources: run `make package`" in trouble(changed(package, name, content))


def test_no_package_and_half_a_package(tmp_path: Path) -> None:
    """Each is a sentence, not a traceback."""
    half = tmp_path / "half.zip"
    half.write_bytes(b"PK\x03\x04 and then nothing")

    assert "There is no" in trouble(tmp_path / "none.zip")
    assert "no whole zip file" in trouble(half)
