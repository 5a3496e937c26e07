"""Query options that every operation treats alike.

Facts: `query-parameters`.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from local.tenant.exchange import Refusal
from local.tenant.odata import filters
from local.tenant.odata.conditions import Field
from local.tenant.world import Call


def check_options(call: Call, allowed: Iterable[str]) -> None:
    """Refuse query options that an operation does not take, rather than ignore them."""
    # Graph ignores some of them, undocumented which: a caller that relies on one is found out here.
    for name in call.address.options:
        if name.startswith("$") and name not in allowed:
            raise Refusal(400, "Request_UnsupportedQuery", f"The query option '{name}' is not supported here.")


def filtered(rows: list[dict[str, Any]], fields: Mapping[str, Field], call: Call) -> list[dict[str, Any]]:
    """Keep what `$filter` asks for."""
    text = call.address.options.get("$filter")
    if text is None:
        return rows
    condition = filters.parse(text, fields, advanced=call.advanced)
    return [row for row in rows if condition.holds(row.__getitem__)]


def narrowed(row: dict[str, Any], call: Call) -> dict[str, Any]:
    """Keep what `$select` names; a name that the row has not is refused, as Graph does."""
    option = call.address.options.get("$select")
    if option is None:
        return row
    names = [name.strip() for name in option.split(",")]
    for name in names:
        if name not in row:
            message = f"Parsing OData Select and Expand failed: Could not find a property named '{name}'."
            raise Refusal(400, "BadRequest", message)
    return {name: row[name] for name in names}


def not_found(name: str) -> Refusal:
    """Word the 404 of the directory."""
    message = f"Resource '{name}' does not exist or one of its queried reference-property objects are not present."
    return Refusal(404, "Request_ResourceNotFound", message)


def insufficient() -> Refusal:
    """Word the 403 of a missing permission."""
    return Refusal(403, "Authorization_RequestDenied", "Insufficient privileges to complete the operation.")
