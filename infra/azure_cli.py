"""The Azure CLI, asked one thing at a time and never for longer than it may take."""

import json
import shutil
import subprocess
import time
from collections.abc import Callable, Sequence

# A question to Azure takes seconds; a deployment or an upload takes minutes and has a limit of its own.
QUESTION_SECONDS = 300
DEPLOYMENT_SECONDS = 3600

# A new role takes its time to spread: the first tries may be refused (azure-functions-core-tools#4346).
PATIENCE_SECONDS = (0, 30, 60, 120, 240)


class StepError(Exception):
    """A step failed; the message says what happened and what to do."""


class TookTooLongError(StepError):
    """A command did not end within its time limit: what it was asked may still happen."""


def az(*arguments: str, output: str = "tsv", seconds: int = QUESTION_SECONDS) -> str:
    """Run the Azure CLI and return what it printed; raises StepError with its words."""
    return run([shutil.which("az") or "az", *arguments, "--output", output, "--only-show-errors"], seconds)


def run(command: Sequence[str], seconds: int = QUESTION_SECONDS) -> str:
    """Run a command and return what it printed; raises StepError with its words, TookTooLongError past its limit."""
    shown = " ".join(command[:5])
    try:
        done = subprocess.run(command, capture_output=True, check=False, text=True, timeout=seconds)  # noqa: S603 - ours
    except FileNotFoundError as error:
        raise StepError(f"{command[0]} is not installed: docs/deploy.md says what a deployment needs.") from error
    except subprocess.TimeoutExpired as error:
        raise TookTooLongError(
            f"{shown}: no end within {seconds} seconds. Look in the portal, then try again."
        ) from error
    if done.returncode:
        raise StepError(f"{shown}: {done.stderr.strip()}")
    return done.stdout.strip()


def outputs(text: str) -> dict[str, str]:
    """Return the outputs of a deployment by name, lists as JSON."""
    found: dict[str, str] = {}
    for name, entry in (json.loads(text or "{}") or {}).items():
        value = entry["value"]
        found[name] = value if isinstance(value, str) else json.dumps(value)
    return found


def patiently(act: Callable[[], object], waits: Sequence[int] | None = None) -> None:
    """Try until it works, with longer and longer waits; raises the last failure."""
    for seconds in waits or PATIENCE_SECONDS:
        time.sleep(seconds)
        try:
            act()
        except StepError as error:
            failure = error
            say(f"{error}\n(trying again: new roles take minutes to spread)")
        else:
            return
    raise failure


def say(text: str) -> None:
    """Write a line at once, so that a waiting person sees it."""
    print(text, flush=True)
