"""Misfortune: named profiles drawn from a seed, and a script for exact tests. Pure: what should happen, as a value."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from random import Random
from typing import Any

PROFILES = ("none", "throttled", "flaky", "forbidden", "down")
REVOKE = "revokeSignInSessions"


@dataclass(frozen=True, slots=True)
class Mishap:
    """What goes wrong with one call.

    With a `status` the tenant answers that; `execute` says whether it does the work nevertheless. `drop` loses the
    answer (of an item: it is missing from the batch's), `truncate` cuts it short, `reset` breaks the connection.
    """

    status: int | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    body: Any = None
    delay: float = 0.0
    drop: bool = False
    truncate: bool = False
    reset: bool = False
    execute: bool = True

    @property
    def lost(self) -> bool:
        """Whether the caller gets no usable answer."""
        return self.drop or self.truncate or self.reset


SMOOTH = Mishap()


def error_body(code: str, message: str) -> dict[str, Any]:
    """Shape an error for a canned answer."""
    return {"error": {"code": code, "message": message}}


def _canned(status: int, code: str, headers: Mapping[str, str] | None = None) -> Mishap:
    return Mishap(status=status, headers=headers or {}, body=error_body(code, "Simulated fault."), execute=False)


_BUSY = _canned(429, "TooManyRequests", {"Retry-After": "2"})
_BUSY_WITHOUT_A_WORD = _canned(429, "TooManyRequests")
_FORBIDDEN = Mishap(
    status=403,
    body=error_body("Authorization_RequestDenied", "Insufficient privileges to complete the operation."),
    execute=False,
)
_UNAVAILABLE = _canned(503, "serviceUnavailable")
# (share, mishap): a call meets at most one of them.
_FLAKY_CALL = (
    (0.03, _UNAVAILABLE),
    (0.01, _canned(500, "InternalServerError")),
    (0.01, _canned(504, "GatewayTimeout")),
    (0.01, Mishap(reset=True)),
    (0.01, Mishap(reset=True, execute=False)),
    (0.02, Mishap(truncate=True)),
    (0.03, Mishap(delay=1.5)),
)
_FLAKY_ITEM = (
    (0.03, _UNAVAILABLE),
    (0.01, _canned(500, "InternalServerError")),
    (0.01, Mishap(drop=True)),
    (0.01, Mishap(drop=True, execute=False)),
)
_THROTTLED_ITEM = ((0.04, _BUSY), (0.03, _BUSY_WITHOUT_A_WORD))
_DOWN_CALL = ((0.5, Mishap(reset=True, execute=False)), (1.0, _UNAVAILABLE))


class Faults:
    """Draws the profile's misfortunes; the same seed and the same calls meet the same ones."""

    def __init__(self, profile: str = "none", seed: int = 1) -> None:
        if profile not in PROFILES:
            message = f"no fault profile named {profile!r}: it is one of {', '.join(PROFILES)}"
            raise ValueError(message)
        self.profile = profile
        self._random = Random(seed)

    def strike_call(self) -> Mishap:
        """Draw for an HTTP request as a whole."""
        if self.profile == "flaky":
            return self._draw(_FLAKY_CALL)
        return self._draw(_DOWN_CALL) if self.profile == "down" else SMOOTH

    def strike_item(self, method: str, path: str) -> Mishap:
        """Draw for one operation, inside a batch or alone."""
        if self.profile == "flaky":
            return self._draw(_FLAKY_ITEM)
        if self.profile == "throttled" and method == "POST":
            return self._draw(_THROTTLED_ITEM)
        return _FORBIDDEN if self.profile == "forbidden" and REVOKE in path else SMOOTH

    def _draw(self, chances: tuple[tuple[float, Mishap], ...]) -> Mishap:
        mark = self._random.random()
        for share, mishap in chances:
            if mark < share:
                return mishap
            mark -= share
        return SMOOTH


@dataclass
class _Line:
    match: str
    times: int
    mishap: Mishap


class Script:
    """Exact misfortunes, each for the next call whose `METHOD path` contains its text; `$batch` means the batch."""

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
        """How many misfortunes have not happened yet."""
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
