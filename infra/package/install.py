"""Install the locked packages for Azure's Python, whatever machine this is."""

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from infra.package.errors import PackageError
from infra.package.lock import Pin

# Flex Consumption runs Python 3.13 on Debian 12 (glibc 2.36); wheels for glibc 2.28 run there, and every package has
# one. `python-build-options` asks for a build machine like Azure's: naming the platform does the same without one.
PLATFORM = "x86_64-manylinux_2_28"
PYTHON = "3.13"

PATIENCE_SECONDS = 600

# What each failure says, and what to do about it: the first words that occur in uv's answer decide.
ADVICE = (
    ("Hash mismatch", "A package does not have the hash that requirements.lock names: do not deploy; find out why."),
    ("has no usable wheels", "A locked package has no wheel for {platform}: choose another version, run `make lock`."),
    ("no wheels with a matching", "A locked package has no wheel for {platform}: choose another version, `make lock`."),
    ("", "The locked packages could not be fetched; is a package registry within reach?"),
)


def install(pins: Sequence[Pin], target: Path) -> None:
    """Install exactly these pins into a folder; raises PackageError with one sentence and uv's own last line."""
    with tempfile.TemporaryDirectory() as folder:
        wanted = Path(folder) / "requirements.txt"
        wanted.write_text("".join(pin.lines for pin in pins), encoding="utf-8")
        command = [_uv(), "pip", "install", "--quiet", "--target", str(target), "--requirement", str(wanted)]
        command += ["--require-hashes", "--no-deps", "--only-binary", ":all:", "--no-config"]
        command += ["--python-platform", PLATFORM, "--python-version", PYTHON, "--python", sys.executable]
        _run(command)


def _run(command: Sequence[str]) -> None:
    try:
        done = subprocess.run(command, capture_output=True, check=False, text=True, timeout=PATIENCE_SECONDS)  # noqa: S603 - ours
    except subprocess.TimeoutExpired:
        raise PackageError(f"The packages did not arrive within {PATIENCE_SECONDS} s; try again.") from None
    if done.returncode:
        raise PackageError(explain(done.stderr))


def explain(said: str) -> str:
    """Return one sentence for a failure of uv, and what uv said."""
    advice = next(text for words, text in ADVICE if words in said)
    return f"{advice.format(platform=PLATFORM)}\n{said.strip()[-1000:]}"


def _uv() -> str:
    found = shutil.which("uv", path=str(Path(sys.executable).parent)) or shutil.which("uv")
    if not found:
        raise PackageError("uv is not here: run `make setup`.")
    return found
