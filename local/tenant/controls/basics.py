"""Controls of quota, time, permissions, tokens and links."""

from collections.abc import Mapping

from local.tenant.tenant import Tenant


def write_burst(tenant: Tenant, value: float) -> None:
    """Set how many writes an application has at once, and fill every quota."""
    tenant.settings.write_burst = float(value)
    tenant.refill()


def write_rate(tenant: Tenant, value: float) -> None:
    """Set how many writes a second an application has, and fill every quota."""
    tenant.settings.write_rate = float(value)
    tenant.refill()


def latency(tenant: Tenant, value: float) -> None:
    """Let every answer take so many milliseconds."""
    tenant.settings.latency = value / 1000


def replication(tenant: Tenant, value: float) -> None:
    """Let reads show a revocation after so many milliseconds."""
    tenant.settings.replication = value / 1000
    tenant.graph.world.sessions.replication = value / 1000


def roles(tenant: Tenant, value: list[str]) -> None:
    """Grant other permissions: they count at once, and tokens show them from the next one on."""
    tenant.tokens.roles = tuple(value)


def expire_tokens(tenant: Tenant, value: object) -> None:
    """Make every token given out so far worthless."""
    if value:
        tenant.tokens.expire_all()


def expire_links(tenant: Tenant, value: object) -> None:
    """Make every nextLink given out so far worthless."""
    if value:
        tenant.graph.world.cursors.expire_all()


def returning(tenant: Tenant, value: Mapping[str, float]) -> None:
    """Let `share` of the revoked users come back every so many `seconds`, from now on."""
    tenant.graph.world.returns.change(float(value["share"]), float(value["seconds"]), tenant.now)
