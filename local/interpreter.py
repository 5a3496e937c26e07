"""A Python of the version that the app runs on: found on this machine, or installed into the checkout."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from local.installing import ROOT, run

PYTHON = (3, 13)
UV = "uv>=0.9,<1"


def python() -> str:
    """Find an interpreter of the version the app runs on, or install one."""
    for candidate in _interpreters():
        if version(candidate) == PYTHON:
            return candidate
    return _installed_python()


def _interpreters() -> Iterator[str]:
    """Name the places where one may be; a pyenv shim may stand on the PATH and still refuse to run."""
    yield sys.executable
    if on_path := shutil.which("python3.13"):
        yield on_path
    home = Path.home()
    pyenv = Path(os.environ.get("PYENV_ROOT", home / ".pyenv")) / "versions"
    managed = Path(os.environ.get("UV_PYTHON_INSTALL_DIR", home / ".local/share/uv/python"))
    for folder in (*sorted(pyenv.glob("3.13.*"), reverse=True), *sorted(managed.glob("cpython-3.13*"), reverse=True)):
        yield str(folder / "bin" / "python3.13")


def version(python: str | Path) -> tuple[int, ...] | None:
    """Return an interpreter's version, as in (3, 13); None for one that does not run."""
    asked = [str(python), "-c", "import sys; print(*sys.version_info[:2])"]
    try:
        answer = subprocess.run(asked, capture_output=True, text=True, check=True)  # noqa: S603  # candidates of our own
    except (OSError, subprocess.CalledProcessError):
        return None
    return tuple(int(part) for part in answer.stdout.split())


def _installed_python() -> str:
    advice = "install Python 3.13 (from python.org, your system's packages, or `pyenv install 3.13`) and try again"
    uv = ROOT / ".local" / "bootstrap" / "bin" / "uv"
    if not uv.exists():
        run(advice, sys.executable, "-m", "venv", str(uv.parents[1]))
        run(advice, str(uv.with_name("python")), "-m", "pip", "install", "--quiet", UV)
    run(advice, str(uv), "python", "install", "3.13")
    return run(advice, str(uv), "python", "find", "3.13").strip()
