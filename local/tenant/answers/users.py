"""Answers about users, and the one that matters: their sessions end.

Facts: `user-list`, `user-get`, `user-revokesigninsessions`, `agentuser-list` (a cast of `/users`).
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from local.tenant.answers.properties import PROPERTIES, RESTRICTED, VALID_FROM, kind, render, selected
from local.tenant.exchange import Refusal, stamp
from local.tenant.odata import filters
from local.tenant.odata.conditions import Condition, Field, Reader, all_of
from local.tenant.odata.listing import collection
from local.tenant.odata.options import check_options, insufficient, not_found
from local.tenant.people import Person
from local.tenant.world import Call, World

READ_USERS = frozenset({"User.Read.All", "User.ReadWrite.All", "Directory.Read.All", "Directory.ReadWrite.All"})
_KIND = "@odata.type"
_TEXT = Field()
_FLAG = Field(frozenset({"eq"}), frozenset({"ne", "not"}), flag=True)
FILTERABLE: Mapping[str, Field] = {
    "id": Field(frozenset({"eq", "in"}), frozenset({"ne", "not"})),
    "userPrincipalName": Field(advanced=frozenset({"ne", "not", "endswith"})),
    "mail": Field(advanced=frozenset({"ne", "not", "endswith"})),
    "displayName": _TEXT,
    "givenName": _TEXT,
    "surname": _TEXT,
    "department": _TEXT,
    "userType": Field(frozenset({"eq", "in"})),
    "creationType": Field(frozenset({"eq", "in"})),
    "externalUserState": Field(frozenset({"eq", "in"})),
    "accountEnabled": _FLAG,
    "onPremisesSyncEnabled": _FLAG,
    "onPremisesSecurityIdentifier": Field(frozenset({"eq", "in"})),
    # Documented without this restriction, answered with it (learn Q&A 577870).
    "onPremisesSamAccountName": Field(frozenset(), frozenset({"eq", "ne", "not", "in", "startswith"})),
}
_AGENTS = Condition(lambda read: bool(read(_KIND) == "agentUser"))
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
    condition = _condition(call)
    parts = [_AGENTS] if condition is None else [_AGENTS, condition]
    return _page(world, call, all_of(parts))


def list_users(world: World, call: Call) -> dict[str, Any]:
    """`GET /users`: one page of all users, agent users among them, and the way to the next."""
    return _page(world, call, _condition(call))


def _page(world: World, call: Call, condition: Condition | None) -> dict[str, Any]:
    check_options(call, _LISTING)
    names = selected(call.address.options.get("$select"))
    page = world.cursors.page(call.location, call.address.options, lambda start: _numbered(world, condition, start))
    count = None
    if call.advanced and page.first:
        count = _count(world, condition)
    rows = [view(world, index, names, call.now) for index in page.rows]
    return collection(call, "users", page.next_link, rows, count)


def count_users(world: World, call: Call) -> str:
    """`GET /users/$count`: a number as plain text."""
    check_options(call, {"$filter", "$count"})
    if not call.eventual:
        raise Refusal(400, "Request_BadRequest", "$count is not currently supported.")
    text = call.address.options.get("$filter")
    condition = filters.parse(text, FILTERABLE, advanced=True) if text is not None else None
    return str(_count(world, condition))


def revoke(world: World, call: Call) -> dict[str, Any]:
    """`POST /users/{id | userPrincipalName}/revokeSignInSessions`."""
    index = find_user(world, call)
    if world.quirks.refuses_writes(index):
        # No report of this 403 was found; it is worded as any missing permission, so that nothing gives it away.
        raise insufficient()
    world.sessions.revoke(index, call.now)
    return {"@odata.context": f"{call.root}/$metadata#Edm.Boolean", "value": True}


def _condition(call: Call) -> Condition | None:
    text = call.address.options.get("$filter")
    return None if text is None else filters.parse(text, FILTERABLE, advanced=call.advanced)


def _count(world: World, condition: Condition | None) -> int:
    return len(world.directory) if condition is None else sum(1 for _ in _matching(world, condition, 0))


def _numbered(world: World, condition: Condition | None, start: int) -> Iterator[tuple[int, int]]:
    return ((index, index) for index in _matching(world, condition, start))


def _matching(world: World, condition: Condition | None, start: int) -> Iterator[int]:
    directory = world.directory
    if condition is None:
        return directory.positions(start)
    return (
        index for index in _candidates(world, condition, start) if condition.holds(_reader(directory.person(index)))
    )


def _reader(person: Person) -> Reader:
    return lambda name: kind(person) if name == _KIND else PROPERTIES[name](person)


def _candidates(world: World, condition: Condition, start: int) -> Iterable[int]:
    directory = world.directory
    name, values = condition.lookup or ("", ())
    if name in {"id", "userPrincipalName"}:
        indexes = {directory.find(value) for value in values} - {None}
        return sorted(index for index in indexes if index is not None and index >= start)
    if name in {"onPremisesSecurityIdentifier", "onPremisesSamAccountName"}:
        matches = {index for value in values for index in directory.find_on_premises(value)}
        return sorted(index for index in matches if index >= start)
    return directory.positions(start)
