"""Which call of the command measured what; results of an earlier call stay, under the revision of then."""

import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
# What the command itself writes does not make a checkout another one.
_WRITTEN = ("bench/results", "docs/benchmark.md", "docs/pictures", "README.md")


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One call: when it began, what followed `compare`, the revision, and the seconds that it took (0: not ended)."""

    began: str
    arguments: str
    commit: str
    took: float = 0.0

    def ended(self, took: float) -> "Call":
        """Return the call with the seconds that it took."""
        return replace(self, took=took)


def call_now(arguments: Sequence[str]) -> Call:
    """Return the call that begins now, of this checkout."""
    began = datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    return Call(began=began, arguments=" ".join(arguments), commit=commit())


def commit() -> str:
    """Return the revision of this checkout, with a plus where its work tree differs from it."""
    revision = _git("rev-parse", "--short", "HEAD")
    unlike = [f":(exclude){path}" for path in _WRITTEN]
    changed = _git("status", "--porcelain", "--untracked-files=no", "--", ".", *unlike)
    return (revision or "unknown") + ("+" if changed else "")


def _git(*command: str) -> str:
    asked = subprocess.run(  # noqa: S603 - fixed commands
        ["git", *command],  # noqa: S607 - the developer's own git
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    return asked.stdout.strip()


def with_call(before: dict[str, Any], call: Call) -> dict[str, Any]:
    """Put a call behind the earlier ones, or in its own place."""
    others = [other for other in before.get("calls", []) if other["began"] != call.began]
    return {**before, "calls": [*others, asdict(call)]}


def calls_in(results: Mapping[str, Any]) -> list[Call]:
    """Return every call that is on record."""
    return [Call(**kept) for kept in results.get("calls", [])]
