"""One zip file from a folder: the same contents give the same bytes.

The bytes also depend on the Python that builds: its zlib, and its byte code. `digest` depends on the sources alone.
"""

import hashlib
import os
import tempfile
import zipfile
from pathlib import Path

# The earliest time a zip file can hold: a build's own clock is no part of the sources.
_TIME = (1980, 1, 1, 0, 0, 0)
_READABLE = 0o100644 << 16


def files(folder: Path) -> list[tuple[str, Path]]:
    """Return the files under a folder with their names inside it, sorted by name."""
    found = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.is_file()}
    return sorted(found.items())


def digest(folder: Path) -> str:
    """Return the SHA-256 of all names and contents but byte code: equal on whatever machine the package is built."""
    total = hashlib.sha256()
    for name, path in files(folder):
        if path.suffix == ".pyc":
            continue
        total.update(f"{name}\0{hashlib.sha256(path.read_bytes()).hexdigest()}\n".encode())
    return total.hexdigest()


def write(folder: Path, target: Path) -> None:
    """Write a folder as a zip file, whole or not at all."""
    target.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=target.parent, suffix=".part")
    os.close(handle)
    part = Path(name)
    try:
        with zipfile.ZipFile(part, "w") as archive:
            for inside, path in files(folder):
                archive.writestr(_entry(inside), path.read_bytes(), zipfile.ZIP_DEFLATED, compresslevel=6)
        part.chmod(0o644)
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)


def _entry(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, _TIME)
    entry.create_system = 3  # Unix, on whatever machine
    entry.external_attr = _READABLE
    return entry
