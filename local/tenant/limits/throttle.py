"""The directory's limits: one quota for each application, under one of the whole tenant.

Facts: `throttling-limits` (identity and access): 3,000 writes per 150 seconds for an application in a tenant, 18,000
per 300 seconds for all applications of a tenant; the response headers, of which `x-ms-throttle-scope` names the limit
that was hit. The limit of one application over all tenants is not modelled: there is one tenant.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from email.utils import formatdate
from typing import NoReturn

from local.tenant.exchange import Refusal
from local.tenant.limits.bucket import Bucket
from local.tenant.limits.quota import Quota
from local.tenant.people import TENANT_ID

_REPORT_ABOVE, _REPORT_AT_MOST = 0.8, 1.8


@dataclass(frozen=True, slots=True)
class Cost:
    """What a call uses up."""

    units: int
    writes: int = 0


class Throttle:
    """Admits calls or answers 429. `quota_of` makes the full quota of an application when it first calls."""

    def __init__(self, tenant_writes: Bucket, quota_of: Callable[[str], Quota]) -> None:
        self.tenant_writes = tenant_writes
        self._quota_of = quota_of
        self._quotas: dict[str, Quota] = {}

    def quota(self, app: str) -> Quota:
        """Return what an application has left."""
        if app not in self._quotas:
            self._quotas[app] = self._quota_of(app)
        return self._quotas[app]

    def forget(self, app: str) -> None:
        """Give an application a full quota at its next call."""
        self._quotas.pop(app, None)

    def admit(self, cost: Cost, priority: str, app: str, now: float) -> dict[str, str]:
        """Charge a call and return the headers that tell of it; refuse with 429 when a limit is reached.

        Nothing is charged unless every limit allows the call.
        """
        quota = self.quota(app)
        if cost.writes:
            self._check_writes(quota, cost.writes, priority, app, now)
        wait = quota.units.wait(cost.units, now)
        if wait:
            quota.units.turn_away(cost.units)
            _refuse(f"Tenant_Application/ReadWrite/{app}", "ResourceUnitLimitExceeded", wait, quota)
        quota.units.take(cost.units)
        quota.writes.take(cost.writes)
        self.tenant_writes.take(cost.writes)
        return {"x-ms-resource-unit": str(cost.units), **_percentage(quota)}

    def _check_writes(self, quota: Quota, writes: int, priority: str, app: str, now: float) -> None:
        # The application's own limit first: whichever is hit first is the one that is named.
        wait = quota.wait_to_write(writes, priority, now)
        if wait:
            quota.writes.turn_away(writes)
            _refuse(f"Tenant_Application/Write/{app}", "WriteLimitExceeded", wait, quota)
        wait = self.tenant_writes.wait(writes, now)
        if wait:
            self.tenant_writes.turn_away(writes)
            _refuse(f"Tenant/Write/{app}", "WriteLimitExceeded", wait, quota)


def _refuse(scope: str, reason: str, wait: float, quota: Quota) -> NoReturn:
    headers = {
        "Retry-After": retry_after(wait),
        "x-ms-throttle-scope": f"{scope}/{TENANT_ID}",
        "x-ms-throttle-information": reason,
        **_percentage(quota),
    }
    raise Refusal(429, "TooManyRequests", "Too many requests. Please retry later.", headers)


def _percentage(quota: Quota) -> dict[str, str]:
    """Report the application's share of its own limits; the header does not say which limit it is about."""
    share = quota.demand()
    if share <= _REPORT_ABOVE:
        return {}
    return {"x-ms-throttle-limit-percentage": f"{min(share, _REPORT_AT_MOST):.2f}"}


def retry_after(wait: float) -> str:
    """Write a wait as the header: whole seconds, or a fraction when it is less than one."""
    if wait > 1:
        return str(math.ceil(wait))
    return f"{math.ceil(wait * 100) / 100:.2f}"


def spelled(seconds: str, form: str, now: float) -> str:
    """Write a Retry-After in another form: 2 seconds are `Mon, 02 Mar 2026 09:00:02 GMT` at nine, or `1.00,2`.

    `whole` never says less than a second: RFC 9110 (10.2.3) knows no fraction, and the SDKs read none (kiota-python,
    kiota-dotnet: `RetryHandler`).
    """
    wait = float(seconds)
    if form == "date":
        # azure-sdk-for-python#31004; a date has whole seconds, and one too early would be a lie.
        return formatdate(math.ceil(now + wait), usegmt=True)
    if form == "list":
        return f"{retry_after(wait / 2)},{seconds}"  # msgraph-sdk-python#1159: the longer one counts
    if form == "whole":
        return str(math.ceil(wait))
    return seconds
