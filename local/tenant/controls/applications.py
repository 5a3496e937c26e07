"""Controls of the applications that call, of the limits over all of them, and of the identity endpoint."""

from collections.abc import Mapping
from typing import Any

from local.tenant.applications import Application, Outage
from local.tenant.tenant import Tenant

_FIELDS = {
    "roles": "roles",
    "refused": "refused",
    "writeBurst": "write_burst",
    "writeRate": "write_rate",
    "unknown": "unknown",
}


def applications(tenant: Tenant, value: Mapping[str, Mapping[str, Any] | None]) -> None:
    """Change applications by client id; null takes a change back.

    `{"roles": [permissions], "refused": true (401 to everything), "delayMs": slower by, "writeBurst", "writeRate": a
    quota of its own, "unknown": true (no token)}`.
    """
    for app, change in value.items():
        tenant.applications.changed.pop(app, None)
        if change is not None:
            tenant.applications.changed[app] = _application(change)
        tenant.graph.throttle.forget(app)


def tenant_burst(tenant: Tenant, value: float | None) -> None:
    """Set how many writes all applications together have at once; null is six times one application's."""
    tenant.settings.tenant_burst = value
    tenant.refill()


def tenant_rate(tenant: Tenant, value: float | None) -> None:
    """Set how many writes a second all applications together have; null is three times one application's."""
    tenant.settings.tenant_rate = value
    tenant.refill()


def other_writes(tenant: Tenant, value: float) -> None:
    """Let an application of the tenant's own use up so many writes at once."""
    bucket = tenant.graph.throttle.tenant_writes
    bucket.wait(0, tenant.now)  # brings the bucket to this moment; a new one would fill up again at its first use
    bucket.take(float(value))


def identity_fails(tenant: Tenant, value: Mapping[str, Any] | None) -> None:
    """Let the identity endpoint fail.

    `{"after": seconds from now, "status": 500, "clientId": only this one, "delayMs": until it answers}`.
    """
    if value is None:
        tenant.applications.outage = None
        return
    since = tenant.now + float(value.get("after", 0))
    delay = float(value.get("delayMs", 0)) / 1000
    tenant.applications.outage = Outage(since, int(value.get("status", 500)), value.get("clientId"), delay)


def sticky_tokens(tenant: Tenant, value: object) -> None:
    """Give out the token that there is until it expires, and go by the permissions in it."""
    tenant.tokens.stick(sticky=bool(value))


def identity_header(tenant: Tenant, value: str | None) -> None:
    """Let the identity endpoint take no other header from now on; null takes any."""
    tenant.applications.header = value


def _application(change: Mapping[str, Any]) -> Application:
    made: dict[str, Any] = {}
    for name, wanted in change.items():
        if name == "delayMs":
            made["delay"] = wanted / 1000
        else:
            made[_FIELDS[name]] = wanted
    if made.get("roles") is not None:
        made["roles"] = tuple(made["roles"])
    return Application(**made)
