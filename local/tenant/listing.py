"""Short collections whose rows are made before they are filtered: groups, roles, assignments, domains.

Facts: `paging` (any collection may come in pages; a caller follows `@odata.nextLink`).
"""

from collections.abc import Mapping
from typing import Any

from local.tenant import paging
from local.tenant.conditions import Field
from local.tenant.options import filtered, narrowed
from local.tenant.world import Call, World


def listed(
    world: World, call: Call, rows: list[dict[str, Any]], fields: Mapping[str, Field], context: str
) -> dict[str, Any]:
    """Answer one page of rows, filtered, with the properties that were selected."""
    options = call.address.options
    rows = filtered(rows, fields, call)
    start = world.cursors.position(call.location, options)
    found, follows = paging.cut(list(enumerate(rows))[start:], paging.top(options))
    answer: dict[str, Any] = {"@odata.context": f"{call.root}/$metadata#{context}"}
    if follows is not None:
        answer["@odata.nextLink"] = world.cursors.link(call.location, options, follows)
    answer["value"] = [narrowed(row, call) for row in found]
    return answer
