"""The table of what can be asked: which answer, under which permission, at which cost.

Facts: the permission table of each operation's page; `throttling-limits` for the costs.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from local.tenant import users
from local.tenant.address import Address
from local.tenant.exchange import Refusal
from local.tenant.faults import REVOKE
from local.tenant.throttle import Cost
from local.tenant.world import Call, World

_SMALL_PAGE = 20

READ_USERS = frozenset({"User.Read.All", "User.ReadWrite.All", "Directory.Read.All", "Directory.ReadWrite.All"})
_REVOKE = frozenset({"User.RevokeSessions.All", "User.ReadWrite.All", "Directory.ReadWrite.All"})


@dataclass(frozen=True, slots=True)
class Route:
    """One row: any of the permissions will do; `units` is the cost before `$select` and `$top` lower it."""

    answer: Callable[[World, Call], Any]
    permissions: frozenset[str]
    units: int = 1
    writes: int = 0

    def cost(self, address: Address) -> Cost:
        """Price a call: selecting saves a unit, a small page another, and nothing is free."""
        options = address.options
        top = options.get("$top", "")
        cheaper = ("$select" in options) + (top.isdecimal() and int(top) < _SMALL_PAGE)
        return Cost(max(1, self.units - cheaper), self.writes)


TABLE: dict[tuple[str, ...], dict[str, Route]] = {
    ("users",): {"GET": Route(users.list_users, READ_USERS, 2)},
    ("users", "$count"): {"GET": Route(users.count_users, READ_USERS)},
    ("users", "*"): {"GET": Route(users.get_user, READ_USERS)},
    ("users", "*", REVOKE): {"POST": Route(users.revoke, _REVOKE, writes=1)},
    ("users", "*", f"microsoft.graph.{REVOKE}"): {"POST": Route(users.revoke, _REVOKE, writes=1)},
}


def find(method: str, address: Address) -> Route:
    """Find the row for a call; a key stands second in every path that has one."""
    segments = address.segments
    methods = TABLE.get(segments) or TABLE.get((*segments[:1], "*", *segments[2:]))
    if methods is None:
        raise Refusal(400, "BadRequest", f"Resource not found for the segment '{segments[-1]}'.")
    route = methods.get(method)
    if route is None:
        raise Refusal(405, "Request_BadRequest", "Specified HTTP method is not allowed for the request target.")
    return route
