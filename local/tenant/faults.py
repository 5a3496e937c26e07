"""Faults: named profiles, drawn from a seed. Pure: what should go wrong is a value.

Facts: `throttling` (a 429 may come without Retry-After); `errors` (500, 503 and 504 are worth another try). The shares
are made up.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from random import Random
from typing import Any

PROFILES = ("none", "throttled", "flaky", "forbidden", "down", "hiccups")
REVOKE = "revokeSignInSessions"


@dataclass(frozen=True, slots=True)
class Mishap:
    """What goes wrong with one call.

    With a `status` the tenant answers that; `execute` says whether it does the work nevertheless. `delay` is seconds.
    `drop` loses the answer (of an item: it is missing from the batch's), `truncate` cuts it short, `reset` breaks the
    connection.
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
# No source says that a 500 means that nothing was done.
_BROKE_AFTER_THE_WORK = Mishap(status=500, body=error_body("InternalServerError", "Simulated fault."))
# (share, mishap): a call meets at most one of them. A reset comes in two kinds, since the caller cannot tell whether
# the work was done before the connection broke.
_FLAKY_CALL = (
    (0.03, _UNAVAILABLE),
    (0.005, _canned(500, "InternalServerError")),
    (0.005, _BROKE_AFTER_THE_WORK),
    (0.01, _canned(504, "GatewayTimeout")),
    (0.01, Mishap(reset=True)),
    (0.01, Mishap(reset=True, execute=False)),
    (0.02, Mishap(truncate=True)),
    (0.03, Mishap(delay=1.5)),
)
_FLAKY_ITEM = (
    (0.03, _UNAVAILABLE),
    (0.005, _canned(500, "InternalServerError")),
    (0.005, _BROKE_AFTER_THE_WORK),
    (0.01, Mishap(drop=True)),
    (0.01, Mishap(drop=True, execute=False)),
)
# A service on an ordinary day: two calls in a hundred go wrong, counted on single calls (1.5 % as a call, 0.5 % as an
# item). A batch of twenty meets one of them somewhere in about eleven cases of a hundred.
_HICCUP_CALL = (
    (0.004, _UNAVAILABLE),
    (0.001, _canned(500, "InternalServerError")),
    (0.001, _BROKE_AFTER_THE_WORK),
    (0.002, _canned(504, "GatewayTimeout")),
    (0.002, Mishap(reset=True)),
    (0.002, Mishap(reset=True, execute=False)),
    (0.003, Mishap(truncate=True)),
)
_HICCUP_ITEM = (
    (0.001, _UNAVAILABLE),
    (0.002, Mishap(drop=True)),
    (0.002, Mishap(drop=True, execute=False)),
)
# Not every 429 says when to come back.
_THROTTLED_ITEM = ((0.04, _BUSY), (0.03, _BUSY_WITHOUT_A_WORD))
_DOWN_CALL = ((0.5, Mishap(reset=True, execute=False)), (1.0, _UNAVAILABLE))


class Faults:
    """Draws the faults of a profile; the same seed and the same calls meet the same ones."""

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
        if self.profile == "down":
            return self._draw(_DOWN_CALL)
        if self.profile == "hiccups":
            return self._draw(_HICCUP_CALL)
        return SMOOTH

    def strike_item(self, method: str, path: str) -> Mishap:
        """Draw for one operation, inside a batch or alone."""
        if self.profile == "flaky":
            return self._draw(_FLAKY_ITEM)
        if self.profile == "hiccups":
            return self._draw(_HICCUP_ITEM)
        if self.profile == "throttled" and method == "POST":
            return self._draw(_THROTTLED_ITEM)
        if self.profile == "forbidden" and REVOKE in path:
            return _FORBIDDEN
        return SMOOTH

    def _draw(self, chances: tuple[tuple[float, Mishap], ...]) -> Mishap:
        mark = self._random.random()
        for share, mishap in chances:
            if mark < share:
                return mishap
            mark -= share  # the shares lie one after another: 0.03, then 0.01 from there on
        return SMOOTH
