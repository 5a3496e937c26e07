"""Groups and directory roles: who is in what, fixed, so that tests can name them.

The role template ids are Microsoft's own (`permissions-reference` of the built-in roles). A group's members are
positions in the directory; in a small tenant the larger groups are smaller.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from local.tenant import people
from local.tenant.directory import Directory

ALL_HANDS = "b0e1c5a4-1d3f-4a68-9c27-5e8f0d1a2b01"
FIELD = "b0e1c5a4-1d3f-4a68-9c27-5e8f0d1a2b02"
FIELD_NORTH = "b0e1c5a4-1d3f-4a68-9c27-5e8f0d1a2b03"
FIELD_SOUTH = "b0e1c5a4-1d3f-4a68-9c27-5e8f0d1a2b04"
TIER_ZERO = "b0e1c5a4-1d3f-4a68-9c27-5e8f0d1a2b05"
ON_CALL = "b0e1c5a4-1d3f-4a68-9c27-5e8f0d1a2b06"
EMPTY = "b0e1c5a4-1d3f-4a68-9c27-5e8f0d1a2b07"
MIXED = "b0e1c5a4-1d3f-4a68-9c27-5e8f0d1a2b08"
FINANCE = "b0e1c5a4-1d3f-4a68-9c27-5e8f0d1a2b09"

GLOBAL_ADMINISTRATOR = "62e90394-69f5-4237-9190-012177145e10"
PRIVILEGED_ROLE_ADMINISTRATOR = "e8611ab8-c189-46e8-94e1-60213ab1f814"
USER_ADMINISTRATOR = "fe930be7-5e62-47db-91af-98c3a49a38b1"
EXCHANGE_ADMINISTRATOR = "29232cdf-9323-42fd-ade2-1d097af3e4de"
SECURITY_ADMINISTRATOR = "194ae4cb-b126-40b2-bd5b-6091b380977d"
DIRECTORY_READERS = "88d8e3e3-8f55-4a1e-953a-9b9898b8876b"
PRIVILEGED_AUTHENTICATION_ADMINISTRATOR = "7be44c8a-adaf-4e2a-84d6-ab2650e08a13"

_LARGEST = 2500
_HOLDERS = 9


@dataclass(frozen=True, slots=True)
class Thing:
    """A member that is neither user nor group: nobody to sign out."""

    kind: str
    id: str
    name: str


_LAPTOP = Thing("device", "d4b7f1e2-3c58-4a96-8e0d-71a2c9b5f601", "LAPTOP-01")
_PIPELINE = Thing("servicePrincipal", "d4b7f1e2-3c58-4a96-8e0d-71a2c9b5f602", "Build pipeline")


@dataclass(frozen=True, slots=True)
class Group:
    """A security group; groups inside it are named by id."""

    id: str
    name: str
    users: tuple[int, ...] = ()
    groups: tuple[str, ...] = ()
    things: tuple[Thing, ...] = ()
    role_assignable: bool = False


@dataclass(frozen=True, slots=True)
class Role:
    """An activated directory role and its active holders."""

    id: str
    template: str
    name: str
    users: tuple[int, ...] = ()
    groups: tuple[str, ...] = ()
    things: tuple[Thing, ...] = ()


@dataclass(frozen=True, slots=True)
class Eligibility:
    """Somebody who may activate a role but has not; `user` is a position, or None when a group is eligible."""

    template: str
    user: int | None
    group: str | None = None


class Memberships:
    """Everything about groups and roles; `holders` are generated users with a role, in the order used below."""

    def __init__(self, directory: Directory) -> None:
        self.holders = tuple(islice(_ordinary(directory), _HOLDERS))
        self.groups = {group.id: group for group in _groups(directory, self.holders)}
        self.roles = _roles(directory, self.holders)
        self.eligible = _eligible(self.holders)

    def transitive(self, group: Group) -> tuple[list[int], list[Group], list[Thing]]:
        """Everybody and everything inside, each once, however the groups are nested; circles are allowed."""
        users: dict[int, None] = {}
        groups = {group.id: group}
        things: dict[Thing, None] = {}
        waiting = [group]
        while waiting:
            current = waiting.pop()
            users.update(dict.fromkeys(current.users))
            things.update(dict.fromkeys(current.things))
            inside = [self.groups[name] for name in current.groups if name not in groups]
            groups.update({found.id: found for found in inside})
            waiting.extend(inside)
        return list(users), [found for found in groups.values() if found is not group], list(things)

    def role(self, key: str) -> Role | None:
        """Find a role by object id, or by template as `roleTemplateId=...`."""
        template = key.removeprefix("roleTemplateId=").lower()
        return next((role for role in self.roles if key.lower() == role.id or template == role.template), None)


def _ordinary(directory: Directory) -> Iterator[int]:
    """Go through the generated users that are internal members and enabled; agents get no roles (`agentuser`)."""
    for index in range(len(directory.named), directory.end):
        person = directory.person(index)
        if person.enabled and person.user_type == "Member" and not person.external and not person.agent:
            yield index


def _positions(directory: Directory, *persons: people.Person) -> tuple[int, ...]:
    found = (directory.find(person.id) for person in persons)
    return tuple(index for index in found if index is not None)


def _groups(directory: Directory, holders: tuple[int, ...]) -> list[Group]:
    north, south = range(20, 50), range(40, 80)
    return [
        Group(ALL_HANDS, "All hands", tuple(range(min(_LARGEST, directory.end)))),
        Group(FIELD, "Field", _positions(directory, people.CARA), (FIELD_NORTH, FIELD_SOUTH)),
        # North points back at Field: a circle, which the directory permits.
        Group(FIELD_NORTH, "Field north", _within(directory, north, people.SVC_NESTED), (FIELD,)),
        Group(FIELD_SOUTH, "Field south", _within(directory, south)),
        Group(TIER_ZERO, "Tier zero", _positions(directory, people.GAIL) + holders[5:6], role_assignable=True),
        Group(ON_CALL, "Tier zero on call", holders[8:9], role_assignable=True),
        Group(EMPTY, "Empty"),
        Group(MIXED, "Mixed", _positions(directory, people.BEN, people.DANA), (EMPTY,), (_LAPTOP, _PIPELINE)),
        Group(FINANCE, "Finance", _positions(directory, people.ALICE) + _within(directory, range(100, 124))),
    ]


def _within(directory: Directory, wanted: range, *persons: people.Person) -> tuple[int, ...]:
    return _positions(directory, *persons) + tuple(index for index in wanted if index < directory.end)


def _roles(directory: Directory, holders: tuple[int, ...]) -> tuple[Role, ...]:
    breakglass = _positions(directory, people.BREAKGLASS1, people.BREAKGLASS2)
    role_id = "a9c3e5b7-62d1-4f08-b4a6-3e7d1c9f5b{:02}".format
    return (
        Role(role_id(1), GLOBAL_ADMINISTRATOR, "Global Administrator", breakglass + holders[:1]),
        Role(role_id(2), PRIVILEGED_ROLE_ADMINISTRATOR, "Privileged Role Administrator", groups=(TIER_ZERO,)),
        Role(role_id(3), USER_ADMINISTRATOR, "User Administrator", holders[1:3]),
        Role(role_id(4), EXCHANGE_ADMINISTRATOR, "Exchange Administrator", holders[3:4]),
        Role(role_id(5), SECURITY_ADMINISTRATOR, "Security Administrator", holders[3:5]),
        Role(role_id(6), DIRECTORY_READERS, "Directory Readers", things=(_PIPELINE,)),
    )


def _eligible(holders: tuple[int, ...]) -> tuple[Eligibility, ...]:
    """Two users, one for a role that nobody has activated, and a group."""
    found = [Eligibility(GLOBAL_ADMINISTRATOR, index) for index in holders[6:7]]
    found += [Eligibility(PRIVILEGED_AUTHENTICATION_ADMINISTRATOR, index) for index in holders[7:8]]
    return (*found, Eligibility(SECURITY_ADMINISTRATOR, None, ON_CALL))
