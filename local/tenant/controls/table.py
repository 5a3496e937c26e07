"""The table of what `POST /_control` can change, and how to take it all back."""

from collections.abc import Callable, Mapping
from typing import Any

from local.tenant.controls import applications, basics, domains, groups, quirks, users
from local.tenant.journal import Journal
from local.tenant.memberships import Memberships
from local.tenant.quirks import Quirks
from local.tenant.tenant import Tenant


def reset(tenant: Tenant, value: object) -> None:
    """Forget what happened, and take back every control that makes this tenant unusual; settings stay."""
    if not value:
        return
    world = tenant.graph.world
    tenant.graph.journal = Journal()
    tenant.graph.script.load([])
    world.sessions.reset()
    world.directory.restore()
    world.memberships = Memberships(world.directory)
    world.quirks = Quirks()
    world.cursors.straighten()
    world.federation.changed.clear()
    tenant.applications.changed.clear()
    tenant.applications.outage, tenant.applications.header = None, None
    tenant.tokens.stick(sticky=False)
    tenant.refill()


# In this order a call with several of them is carried out: first the reset, then users before what names users.
CONTROLS: Mapping[str, Callable[[Tenant, Any], None]] = {
    "reset": reset,
    "writeBurst": basics.write_burst,
    "writeRate": basics.write_rate,
    "tenantBurst": applications.tenant_burst,
    "tenantRate": applications.tenant_rate,
    "otherWrites": applications.other_writes,
    "latencyMs": basics.latency,
    "replicationMs": basics.replication,
    "roles": basics.roles,
    "applications": applications.applications,
    "identityFails": applications.identity_fails,
    "identityHeader": applications.identity_header,
    "stickyTokens": applications.sticky_tokens,
    "expireTokens": basics.expire_tokens,
    "expireLinks": basics.expire_links,
    "addUsers": users.add_users,
    "deleteUser": users.delete_user,
    "addGroups": groups.add_groups,
    "addRoles": groups.add_roles,
    "assign": groups.assign,
    "makeEligible": groups.make_eligible,
    "licensed": groups.licensed,
    "groupPim": groups.group_pim,
    "b2c": quirks.b2c,
    "restricted": quirks.restricted,
    "scopedRole": quirks.scoped_role,
    "unseen": quirks.unseen,
    "unindexed": quirks.unindexed,
    "plainSelect": quirks.plain_select,
    "emptyPages": quirks.empty_pages,
    "links": quirks.links,
    "pageSize": quirks.page_size,
    "retryAfter": quirks.retry_after,
    "federation": domains.federation,
    "domains": domains.domains,
    "returning": basics.returning,
    "comeBack": users.come_back,
}
