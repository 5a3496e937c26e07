"""Controls that make the tenant unusual, one quirk each."""

from collections.abc import Mapping

from local.tenant.controls.users import position
from local.tenant.tenant import Tenant

_LINKS = ("honest", "repeat", "cycle")
_WAITS = ("seconds", "whole", "date", "list")
_SELECTS = ("shows", "omits", "refuses")


def b2c(tenant: Tenant, value: object) -> None:
    """Make it an Azure AD B2C tenant: `ConsistencyLevel: eventual` is refused with 400."""
    tenant.graph.world.quirks.b2c = bool(value)


def restricted(tenant: Tenant, value: list[str]) -> None:
    """Put exactly these users into a restricted management administrative unit."""
    tenant.graph.world.quirks.restricted = frozenset(position(tenant, name) for name in value)


def scoped_role(tenant: Tenant, value: object) -> None:
    """Assign the application an Entra role at the scope of that unit, or take it away."""
    tenant.graph.world.quirks.scoped_role = bool(value)


def unseen(tenant: Tenant, value: Mapping[str, int]) -> None:
    """Let so many look-ups of a user answer 404, although listings show it: `{"<user>": count}`."""
    for name, count in value.items():
        tenant.graph.world.quirks.unseen[position(tenant, name)] = int(count)


def unindexed(tenant: Tenant, value: list[str]) -> None:
    """Let exactly these users be missing from every advanced query: its index does not know them yet."""
    tenant.graph.world.quirks.unindexed = frozenset(position(tenant, name) for name in value)


def plain_select(tenant: Tenant, value: str) -> None:
    """Choose what a plain listing of members does with properties of users: `shows`, `omits`, or `refuses` them."""
    tenant.graph.world.quirks.plain_select = _one_of(value, _SELECTS)


def empty_pages(tenant: Tenant, value: object) -> None:
    """Give an empty page with a link before each page (`paging`: a page may contain zero results)."""
    tenant.graph.world.cursors.empty_first = bool(value)


def links(tenant: Tenant, value: str) -> None:
    """Choose where nextLinks lead: `honest`, `repeat` (to the same page for ever) or `cycle` (back to the second)."""
    tenant.graph.world.cursors.links = _one_of(value, _LINKS)


def page_size(tenant: Tenant, value: int) -> None:
    """Give at most so many rows a page, whatever is asked for (1 to 999)."""
    if not 1 <= value <= 999:
        message = f"a page of {value}: write a number from 1 to 999"
        raise ValueError(message)
    tenant.graph.world.cursors.largest = value


def retry_after(tenant: Tenant, value: str) -> None:
    """Choose how Retry-After is written: `seconds`, `whole` seconds, an HTTP `date`, or a `list` of two numbers."""
    tenant.graph.world.quirks.retry_after = _one_of(value, _WAITS)


def _one_of(value: str, known: tuple[str, ...]) -> str:
    if value not in known:
        message = f"no {value!r}: it is one of {', '.join(known)}"
        raise ValueError(message)
    return value
