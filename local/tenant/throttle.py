"""The directory's quotas, as arithmetic on a clock that is handed in.

Facts: `throttling-limits` (identity and access): resource units per 10 seconds by tenant size, 3,000 writes per 150
seconds for one app in one tenant, response headers, `x-ms-throttle-priority`. The limits across all tenants and across
all apps are not modelled: one app in one tenant meets its own limits first.
"""

import math
from dataclasses import dataclass
from typing import NoReturn

from local.tenant.exchange import Refusal
from local.tenant.people import TENANT_ID

_WINDOW = 10.0
_DOCUMENTED_RATE = 20.0
_NEXT_TO_NEVER = 1e-6  # a rate of 0 is a quota that does not come back
_RANKS = {"low": 0, "normal": 1, "high": 2}
# The share of the write quota kept from a rank while a higher one is using it: limits stay the same for everybody,
# only the order in which they are felt differs.
_RESERVED = (0.10, 0.05, 0.0)
_REPORT_ABOVE, _REPORT_AT_MOST = 0.8, 1.8


class Bucket:
    """A token bucket that starts full. It also remembers what it turned away, to say how far demand exceeds it."""

    def __init__(self, burst: float, rate: float) -> None:
        self.burst = burst
        self.rate = max(rate, _NEXT_TO_NEVER)
        self._level = burst
        self._excess = 0.0
        self._at = -math.inf

    def wait(self, cost: float, now: float, reserve: float = 0.0) -> float:
        """Say how many seconds until `cost` could be taken while leaving `reserve`; 0 is now."""
        self._flow(now)
        missing = cost + min(reserve, self.burst - cost) - self._level
        return max(0.0, missing / self.rate)

    def take(self, cost: float) -> None:
        """Spend tokens that `wait` said are there."""
        self._level -= cost

    def turn_away(self, cost: float) -> None:
        """Note demand that was not met."""
        self._excess += cost

    def demand(self) -> float:
        """Relate what was asked for to the limit; above 1 there were refusals."""
        return (self.burst - self._level + self._excess) / self.burst

    def _flow(self, now: float) -> None:
        if now > self._at:
            gained = self.burst if self._at == -math.inf else (now - self._at) * self.rate
            self._level = min(self.burst, self._level + gained)
            self._excess = max(0.0, self._excess - gained)
            self._at = now


@dataclass(frozen=True, slots=True)
class Cost:
    """What a call uses up."""

    units: int
    writes: int = 0


def units_per_window(users: int) -> int:
    """Resource units per 10 seconds: small, medium and large tenants."""
    return 3500 if users < 50 else 5000 if users <= 500 else 8000


class Throttle:
    """Admits calls or answers 429; one app in one tenant."""

    def __init__(self, users: int, write_burst: float, write_rate: float) -> None:
        limit = units_per_window(users)
        # A faster write rate is the same tenant in faster time: everything else keeps pace.
        haste = max(1.0, write_rate / _DOCUMENTED_RATE)
        self.units = Bucket(limit, limit / _WINDOW * haste)
        self.writes = Bucket(write_burst, write_rate)
        self._last_write = [-math.inf] * len(_RANKS)

    def admit(self, cost: Cost, priority: str, app: str, now: float) -> dict[str, str]:
        """Charge a call and return the headers that tell of it; refuse with 429 when a quota is used up."""
        rank = _RANKS.get(priority.lower(), _RANKS["normal"])
        if cost.writes:
            self._charge_write(cost.writes, rank, app, now)
        wait = self.units.wait(cost.units, now)
        if wait:
            self.units.turn_away(cost.units)
            self._refuse("ReadWrite", "ResourceUnitLimitExceeded", wait, app)
        self.units.take(cost.units)
        self.writes.take(cost.writes)
        return {"x-ms-resource-unit": str(cost.units), **self._percentage()}

    def _charge_write(self, writes: int, rank: int, app: str, now: float) -> None:
        self._last_write[rank] = now
        wait = self.writes.wait(writes, now, self._reserve(rank, now))
        if wait:
            self.writes.turn_away(writes)
            self._refuse("Write", "WriteLimitExceeded", wait, app)

    def _reserve(self, rank: int, now: float) -> float:
        contended = any(now - last < _WINDOW for last in self._last_write[rank + 1 :])
        return self.writes.burst * _RESERVED[rank] if contended else 0.0

    def _refuse(self, kind: str, reason: str, wait: float, app: str) -> NoReturn:
        headers = {
            "Retry-After": retry_after(wait),
            "x-ms-throttle-scope": f"Tenant_Application/{kind}/{app}/{TENANT_ID}",
            "x-ms-throttle-information": reason,
            **self._percentage(),
        }
        raise Refusal(429, "TooManyRequests", "Too many requests. Please retry later.", headers)

    def _percentage(self) -> dict[str, str]:
        share = max(self.writes.demand(), self.units.demand())
        if share <= _REPORT_ABOVE:
            return {}
        return {"x-ms-throttle-limit-percentage": f"{min(share, _REPORT_AT_MOST):.2f}"}


def retry_after(wait: float) -> str:
    """Write a wait as the header: whole seconds, or a fraction when it is less than one."""
    return str(math.ceil(wait)) if wait > 1 else f"{math.ceil(wait * 100) / 100:.2f}"
