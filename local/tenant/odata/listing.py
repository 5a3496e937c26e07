"""Short collections: every row is made before the filter applies. Groups, roles, assignments, domains.

Facts: `paging` (any collection may come in pages; a caller follows `@odata.nextLink`).
"""

from collections.abc import Mapping
from typing import Any

from local.tenant.odata.conditions import Field
from local.tenant.odata.options import filtered, narrowed
from local.tenant.world import Call, World


def listed(
    world: World, call: Call, rows: list[dict[str, Any]], fields: Mapping[str, Field], context: str
) -> dict[str, Any]:
    """Answer one page of rows, filtered, with the properties that were selected."""
    numbered = list(enumerate(filtered(rows, fields, call)))
    page = world.cursors.page(call.location, call.address.options, lambda start: numbered[start:])
    return collection(call, context, page.next_link, [narrowed(row, call) for row in page.rows])


def collection(
    call: Call, context: str, next_link: str | None, rows: list[dict[str, Any]], count: int | None = None
) -> dict[str, Any]:
    """Write a page of a collection, its count where one was asked for, and the way to the next."""
    answer: dict[str, Any] = {"@odata.context": f"{call.root}/$metadata#{context}"}
    if count is not None:
        answer["@odata.count"] = count
    if next_link is not None:
        answer["@odata.nextLink"] = next_link
    answer["value"] = rows
    return answer
