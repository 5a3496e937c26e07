"""Answers about users, and the one that matters: their sessions end.

Facts: `user-list`, `user-get`, `user-revokesigninsessions`, `agentuser-list` (a cast of `/users`).
"""

from collections.abc import Iterator
from typing import Any

from local.tenant.answers import user_filter
from local.tenant.answers.properties import RESTRICTED, VALID_FROM, render, selected
from local.tenant.exchange import Refusal, stamp
from local.tenant.odata.conditions import Condition
from local.tenant.odata.listing import collection
from local.tenant.odata.options import check_options, insufficient, not_found
from local.tenant.world import Call, World

READ_USERS = frozenset({"User.Read.All", "User.ReadWrite.All", "Directory.Read.All", "Directory.ReadWrite.All"})
_LISTING = frozenset({"$select", "$top", "$filter", "$count", "$skiptoken"})


def find_user(world: World, call: Call) -> int:
    """Find the user that the second segment names, or answer 404."""
    name = call.address.segments[1]
    index = world.directory.find(name)
    if index is None or world.quirks.misses(index):
        raise not_found(name)
    return index


def view(world: World, index: int, names: tuple[str, ...], now: float) -> dict[str, Any]:
    """Render a user as reads see it now."""
    moving = {
        VALID_FROM: lambda: stamp(world.sessions.seen_valid_from(index, now)),
        RESTRICTED: lambda: index in world.quirks.restricted,
    }
    return render(world.directory.person(index), names, moving)


def get_user(world: World, call: Call) -> dict[str, Any]:
    """`GET /users/{id | userPrincipalName}`."""
    check_options(call, {"$select"})
    names = selected(call.address.options.get("$select"))
    index = find_user(world, call)
    return {"@odata.context": f"{call.root}/$metadata#users/$entity", **view(world, index, names, call.now)}


def list_agent_users(world: World, call: Call) -> dict[str, Any]:
    """`GET /users/microsoft.graph.agentUser`: one page of the agent users alone."""
    return _page(world, call, user_filter.only_agents(user_filter.asked(call, advanced=call.advanced)))


def list_users(world: World, call: Call) -> dict[str, Any]:
    """`GET /users`: one page of all users, agent users among them, and the way to the next."""
    return _page(world, call, user_filter.asked(call, advanced=call.advanced))


def count_users(world: World, call: Call) -> str:
    """`GET /users/$count`: a number as plain text."""
    check_options(call, {"$filter", "$count"})
    if not call.eventual:
        raise Refusal(400, "Request_BadRequest", "$count is not currently supported.")
    condition = user_filter.asked(call, advanced=True)
    return str(user_filter.count(world.directory, condition, world.quirks.unindexed))


def revoke(world: World, call: Call) -> dict[str, Any]:
    """`POST /users/{id | userPrincipalName}/revokeSignInSessions`."""
    index = find_user(world, call)
    if world.quirks.refuses_writes(index):
        # No report of this 403 was found; it is worded as any missing permission, so that nothing gives it away.
        raise insufficient()
    world.sessions.revoke(index, call.now)
    return {"@odata.context": f"{call.root}/$metadata#Edm.Boolean", "value": True}


def _page(world: World, call: Call, condition: Condition | None) -> dict[str, Any]:
    check_options(call, _LISTING)
    names = selected(call.address.options.get("$select"))
    hidden = world.quirks.unindexed if call.advanced else frozenset()

    def numbered(start: int) -> Iterator[tuple[int, int]]:
        # By position: a user that is deleted between two pages shifts none of the others.
        for index in user_filter.matching(world.directory, condition, start):
            if index not in hidden:
                yield index, index

    page = world.cursors.page(call.location, call.address.options, numbered)
    count = None
    # Counted on the first page alone, as the directory does (`aad-advanced-queries`).
    if call.advanced and page.first:
        count = user_filter.count(world.directory, condition, hidden)
    rows = [view(world, index, names, call.now) for index in page.rows]
    return collection(call, "users", page.next_link, rows, count)
