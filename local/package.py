"""Run the app from its package: `PACKAGE=1` with `make demo`, `make serve` or `make test`.

The package is unzipped into `.local`, and the host runs in a virtual environment of its own that holds the Functions
worker's library and nothing else. What the package does not bring is then missing, as it would be in Azure.
"""

import hashlib
import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from infra.package.layout import ROOT, SITE, target
from infra.package.lock import read_lock

# What Azure's own image brings beside the app (azure-functions-python-worker).
WORKER = ("azure-functions-runtime", "azurefunctions-extensions-base")


class NotBuiltError(Exception):
    """The package is asked for and is not there."""


def app_folder() -> Path:
    """Return the folder of the app to run: this checkout, or the unzipped package where `PACKAGE` is set."""
    if not os.environ.get("PACKAGE"):
        return ROOT
    package = target()
    if not package.exists():
        raise NotBuiltError(f"PACKAGE is set, and there is no {package}: run `make package`.")
    return unzipped(package)


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the host of an app runs in: an interpreter, a working folder, and more of the environment."""

    python: str
    folder: Path
    environment: Mapping[str, str]


def surroundings(app: Path) -> Surroundings:
    """Return what an app's host runs in: its own packages and the worker's, or this checkout where it brings none."""
    site = app / SITE
    if not site.exists():
        return Surroundings(sys.executable, ROOT, {})
    home = _worker()
    # The checkout is reached through a folder that holds a link to `local` alone: beside it there is another `revoker`.
    path = os.pathsep.join(str(folder) for folder in (app, site, home / "checkout"))
    return Surroundings(str(home / "bin" / "python"), app, {"PYTHONPATH": path})


def unzipped(package: Path) -> Path:
    """Return the folder of a package; unzipped once for each content."""
    folder = ROOT / ".local" / f"package-{_digest(package.read_bytes())}"
    if not folder.exists():
        part = folder.with_name(f"{folder.name}-{os.getpid()}")
        with zipfile.ZipFile(package) as archive:
            archive.extractall(part)
        _settle(part, folder)
    return folder


def _worker() -> Path:
    """Return the worker's virtual environment; made once for each version of it."""
    pins = read_lock((ROOT / "requirements.lock").read_text(encoding="utf-8"))
    lines = "".join(pins[name].lines for name in WORKER)
    home = ROOT / ".local" / f"worker-{_digest(lines.encode())}"
    if not home.exists():
        part = home.with_name(f"{home.name}-{os.getpid()}")
        uv = str(Path(sys.executable).parent / "uv")
        wanted = part.with_suffix(".txt")
        wanted.parent.mkdir(exist_ok=True)
        wanted.write_text(lines, encoding="utf-8")
        _run(uv, "venv", "--quiet", "--python", sys.executable, str(part))
        _run(uv, "pip", "install", "--quiet", "--no-deps", "--require-hashes", "--python", str(part), "-r", str(wanted))
        wanted.unlink()
        (part / "checkout").mkdir()
        (part / "checkout" / "local").symlink_to(ROOT / "local")
        _settle(part, home)
    return home


def _settle(part: Path, folder: Path) -> None:
    """Give a finished folder its name; where another process was first, its folder stands."""
    try:
        part.rename(folder)
    except OSError:
        shutil.rmtree(part)


def _run(*command: str) -> None:
    subprocess.run(command, check=True, capture_output=True)  # noqa: S603 - ours


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:12]
