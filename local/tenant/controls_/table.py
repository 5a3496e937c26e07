"""What `POST /_control` can change while the tenant runs; `CONTROLS` is the list."""

from collections.abc import Callable, Mapping
from typing import Any

from local.tenant import control_applications, control_domains, control_groups, control_quirks, control_users
from local.tenant.journal import Journal
from local.tenant.memberships import Memberships
from local.tenant.quirks import Quirks
from local.tenant.tenant import Tenant


def _write_burst(tenant: Tenant, value: float) -> None:
    tenant.settings.write_burst = float(value)
    tenant.refill()


def _write_rate(tenant: Tenant, value: float) -> None:
    tenant.settings.write_rate = float(value)
    tenant.refill()


def _latency(tenant: Tenant, value: float) -> None:
    tenant.settings.latency = value / 1000


def _replication(tenant: Tenant, value: float) -> None:
    tenant.settings.replication = value / 1000
    tenant.graph.world.sessions.replication = value / 1000


def _roles(tenant: Tenant, value: list[str]) -> None:
    """Grant other permissions: they count at once, and tokens show them from the next one on."""
    tenant.tokens.roles = tuple(value)


def _expire_tokens(tenant: Tenant, value: object) -> None:
    if value:
        tenant.tokens.expire_all()


def _expire_links(tenant: Tenant, value: object) -> None:
    if value:
        tenant.graph.world.cursors.expire_all()


def _returning(tenant: Tenant, value: Mapping[str, float]) -> None:
    """Let ``share`` of the revoked users come back every so many ``seconds``, from now on."""
    tenant.graph.world.returns.change(float(value["share"]), float(value["seconds"]), tenant.now)


def _reset(tenant: Tenant, value: object) -> None:
    """Forget what happened, and take back every control that makes this tenant unusual; settings stay."""
    if value:
        world = tenant.graph.world
        tenant.graph.journal = Journal()
        world.sessions.reset()
        world.directory.restore()
        world.memberships = Memberships(world.directory)
        world.quirks = Quirks()
        world.cursors.straighten()
        tenant.applications.changed.clear()
        tenant.applications.outage = None
        world.federation.changed.clear()
        tenant.graph.script.load([])
        tenant.refill()


CONTROLS: Mapping[str, Callable[[Tenant, Any], None]] = {
    "reset": _reset,
    "writeBurst": _write_burst,
    "writeRate": _write_rate,
    "latencyMs": _latency,
    "replicationMs": _replication,
    "roles": _roles,
    "applications": control_applications.applications,
    "tenantBurst": control_applications.tenant_burst,
    "tenantRate": control_applications.tenant_rate,
    "otherWrites": control_applications.other_writes,
    "identityFails": control_applications.identity_fails,
    "expireTokens": _expire_tokens,
    "expireLinks": _expire_links,
    "addUsers": control_users.add_users,
    "deleteUser": control_users.delete_user,
    "addGroups": control_groups.add_groups,
    "addRoles": control_groups.add_roles,
    "assign": control_groups.assign,
    "makeEligible": control_groups.make_eligible,
    "licensed": control_groups.licensed,
    "groupPim": control_groups.group_pim,
    "b2c": control_quirks.b2c,
    "restricted": control_quirks.restricted,
    "scopedRole": control_quirks.scoped_role,
    "unseen": control_quirks.unseen,
    "links": control_quirks.links,
    "pageSize": control_quirks.page_size,
    "retryAfter": control_quirks.retry_after,
    "federation": control_domains.federation,
    "domains": control_domains.domains,
    "returning": _returning,
    "comeBack": control_users.come_back,
}
