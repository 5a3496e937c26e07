"""Which users a filter means: the properties that may be asked, and the search.

Facts: `user` (operators of each property); `agentuser-list` (a cast keeps the rows of a derived type).
"""

from collections.abc import Iterable, Iterator, Mapping

from local.tenant.answers.properties import PROPERTIES, kind
from local.tenant.directory import Directory
from local.tenant.odata import filters
from local.tenant.odata.conditions import Condition, Field, Reader, both
from local.tenant.people import Person
from local.tenant.world import Call

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


def asked(call: Call, *, advanced: bool) -> Condition | None:
    """Read the filter of a call over users; None without one."""
    text = call.address.options.get("$filter")
    if text is None:
        return None
    return filters.parse(text, FILTERABLE, advanced=advanced)


def only_agents(condition: Condition | None) -> Condition:
    """Narrow a filter to agent users."""
    if condition is None:
        return _AGENTS
    return both(_AGENTS, condition)


def matching(directory: Directory, condition: Condition | None, start: int = 0) -> Iterator[int]:
    """Go through the users that a filter means, in directory order, from a position on."""
    if condition is None:
        yield from directory.positions(start)
        return
    for index in _candidates(directory, condition, start):
        if condition.holds(_reader(directory.person(index))):
            yield index


def count(directory: Directory, condition: Condition | None, unindexed: frozenset[int]) -> int:
    """Count the users that a filter means, without those that the index does not know yet."""
    if condition is None:
        return len(directory) - sum(map(directory.exists, unindexed))
    return sum(1 for index in matching(directory, condition) if index not in unindexed)


def _reader(person: Person) -> Reader:
    def read(name: str) -> object:
        if name == _KIND:
            return kind(person)
        return PROPERTIES[name](person)

    return read


def _candidates(directory: Directory, condition: Condition, start: int) -> Iterable[int]:
    """Use an index where the filter allows it: one user of 200,000 is looked up, not searched for."""
    name, values = condition.lookup or ("", ())
    found: set[int | None] = set()
    if name in {"id", "userPrincipalName"}:
        found.update(map(directory.find, values))
    elif name in {"onPremisesSecurityIdentifier", "onPremisesSamAccountName"}:
        for value in values:
            found.update(directory.find_on_premises(value))
    else:
        return directory.positions(start)
    return sorted(index for index in found if index is not None and index >= start)
