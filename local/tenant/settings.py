"""What kind of tenant it is, as values, and the quotas that follow."""

from dataclasses import dataclass

from local.tenant.applications import Application, Applications
from local.tenant.limits.bucket import Bucket
from local.tenant.limits.quota import Quota
from local.tenant.limits.throttle import Throttle
from local.tenant.tokens import DEFAULT_ROLES

# The tenant's own limit as a multiple of one application's (`throttling-limits`): 18,000 of 3,000 at once, 60 of 20 a
# second. Both scale with the options, so that a tenant in faster time keeps its proportions.
_TENANT_BURSTS, _TENANT_RATES = 6, 3
# The `throttled` profile: a bucket this much smaller than asked for.
_THROTTLED_DIVISOR = 20


@dataclass
class Settings:
    """What kind of tenant it is; times are in seconds.

    `write_burst` and `write_rate` are each application's, at once and a second; `tenant_burst` and `tenant_rate` those
    of all applications together, by default six times and three times as much.
    """

    users: int = 3000
    population: str = "mixed"
    seed: int = 1
    latency: float = 0.0
    write_burst: float = 3000
    write_rate: float = 20
    tenant_burst: float | None = None
    tenant_rate: float | None = None
    faults: str = "none"
    replication: float = 0.0
    token_seconds: int = 3600
    roles: tuple[str, ...] = DEFAULT_ROLES
    federation: str = "managed"
    returning_share: float = 0.0
    returning_seconds: float = 3600.0


def full_throttle(settings: Settings, applications: Applications) -> Throttle:
    """Make full quotas, sized by settings, profile and what is said of single applications."""

    def quota_of(app: str) -> Quota:
        return Quota(settings.users, *_writes(settings, applications.find(app)))

    burst, rate = _writes(settings, Application())
    if settings.tenant_burst is not None:
        burst = settings.tenant_burst
    else:
        burst *= _TENANT_BURSTS
    if settings.tenant_rate is not None:
        rate = settings.tenant_rate
    else:
        rate *= _TENANT_RATES
    return Throttle(Bucket(burst, rate), quota_of)


def _writes(settings: Settings, application: Application) -> tuple[float, float]:
    """Return how many writes an application has at once, and how many a second."""
    # What is said of one application wins over what is said of all.
    burst, rate = settings.write_burst, settings.write_rate
    if application.write_burst is not None:
        burst = application.write_burst
    if application.write_rate is not None:
        rate = application.write_rate
    if settings.faults == "throttled":
        burst = max(1, burst // _THROTTLED_DIVISOR)
    return burst, rate
