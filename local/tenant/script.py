"""The script: exact faults for exact calls, so that a test says what happens when."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from local.tenant.faults import Mishap


@dataclass
class _Line:
    match: str
    times: int
    mishap: Mishap


class Script:
    """Exact faults, each for the next call with its text in `METHOD /path`; `$batch` means the batch as a whole.

    A line: `{"match", "times", "status", "headers", "body", "delayMs", "drop", "truncate", "reset", "execute"}`. With a
    status or a reset the work is not done, unless `execute` is true.
    """

    def __init__(self) -> None:
        self._lines: list[_Line] = []

    def load(self, requests: list[dict[str, Any]]) -> None:
        """Replace the script."""
        self._lines = [_Line(line.get("match", ""), line.get("times", 1), _mishap(line)) for line in requests]

    def take(self, call: str) -> Mishap | None:
        """Give the first line that fits and use it up."""
        for line in self._lines:
            if line.match in call:
                line.times -= 1
                if line.times <= 0:
                    self._lines.remove(line)
                return line.mishap
        return None

    @property
    def remaining(self) -> int:
        """How many faults have not happened yet."""
        return sum(line.times for line in self._lines)


def _mishap(line: Mapping[str, Any]) -> Mishap:
    canned = line.get("status") is not None
    return Mishap(
        status=line.get("status"),
        headers=line.get("headers") or {},
        body=line.get("body"),
        delay=line.get("delayMs", 0) / 1000,
        drop=bool(line.get("drop")),
        truncate=bool(line.get("truncate")),
        reset=bool(line.get("reset")),
        execute=bool(line.get("execute", not canned and not line.get("reset"))),
    )
