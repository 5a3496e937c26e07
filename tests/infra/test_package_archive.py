"""The zip file: the same contents give the same bytes, and it is whole or not there."""

import hashlib
import os
import zipfile
from pathlib import Path

import pytest

from infra.package import archive


def filled(folder: Path, names: list[str], age: float) -> Path:
    """Write files of some age into a folder, in this order."""
    for name in names:
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f"contents of {name}", encoding="utf-8")
        os.utime(file, (age, age))
        file.chmod(0o600 if age else 0o755)
    return folder


def test_same_contents_same_bytes(tmp_path: Path) -> None:
    """Neither times, nor rights, nor the order of writing are in the bytes."""
    names = ["b/c.py", "a.py", "b/a.json"]
    for name, order, age in (("one", names, 0.0), ("two", names[::-1], 1e9)):
        archive.write(filled(tmp_path / name, order, age), tmp_path / f"{name}.zip")

    one, two = (tmp_path / "one.zip").read_bytes(), (tmp_path / "two.zip").read_bytes()
    assert hashlib.sha256(one).hexdigest() == hashlib.sha256(two).hexdigest()
    with zipfile.ZipFile(tmp_path / "one.zip") as written:
        assert ["a.py", "b/a.json", "b/c.py"] == written.namelist()
        assert {0o100644} == {entry.external_attr >> 16 for entry in written.infolist()}


def test_the_digest_is_of_the_sources(tmp_path: Path) -> None:
    """Byte code may differ between two patch levels of Python; a name or a content may not."""
    folder = filled(tmp_path / "p", ["a.py", "b.py"], 0)
    before = archive.digest(folder)
    (folder / "__pycache__").mkdir()
    (folder / "__pycache__" / "a.cpython-313.pyc").write_bytes(b"byte code")

    assert before == archive.digest(folder)
    (folder / "b.py").rename(folder / "c.py")
    assert before != archive.digest(folder)


def test_a_write_that_breaks_off_changes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was at the place stays, and no part of the new one lies beside it."""
    target = tmp_path / "dist" / "package.zip"
    archive.write(filled(tmp_path / "p", ["a.py"], 0), target)
    before = target.read_bytes()

    def full(*_arguments: object, **_options: object) -> None:
        raise OSError("No space left on device")

    monkeypatch.setattr(zipfile.ZipFile, "writestr", full)
    with pytest.raises(OSError, match="No space"):
        archive.write(filled(tmp_path / "p", ["a.py", "b.py"], 0), target)

    assert before == target.read_bytes()
    assert ["package.zip"] == [path.name for path in target.parent.iterdir()]
