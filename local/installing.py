"""Commands that set-up runs: what one prints, or what to do where it fails. The standard library is enough."""

import os
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
VENV = ROOT / ".venv"
BIN = VENV / "bin"


class SetUpError(Exception):
    """Something is missing that set-up cannot provide; the text says what to do."""


def run(advice: str, *command: str, cwd: Path = ROOT) -> str:
    """Run a command for what it prints; where it fails, say what to do and what it said."""
    env = {**os.environ, "PATH": f"{BIN}{os.pathsep}{os.environ.get('PATH', '')}"}
    try:
        done = subprocess.run(command, cwd=cwd, env=env, capture_output=True, text=True, check=True)  # noqa: S603  # ours
    except OSError as error:
        raise SetUpError(f"{advice}\n{error}") from None
    except subprocess.CalledProcessError as error:
        raise SetUpError(f"{advice}\n{(error.stderr or error.stdout)[-2000:].strip()}") from None
    return done.stdout
