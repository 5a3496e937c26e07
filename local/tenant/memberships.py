"""Groups and role holders: fixed, so that tests can name them.

A group's members are positions in the directory; in a small tenant the larger groups are smaller.

Facts: `resources/group` (`visibility`; display names are not unique); `groups-concept` (role-assignable groups).
"""

from dataclasses import dataclass
from itertools import islice

from local.tenant import catalogue, grants, people
from local.tenant.directory import Directory
from local.tenant.grants import Role, Thing
from local.tenant.positions import ordinary, positions, within

ALL_HANDS = "b0e1c5a4-1d3f-4a68-9c27-5e8f0d1a2b01"
FIELD = "b0e1c5a4-1d3f-4a68-9c27-5e8f0d1a2b02"
FIELD_NORTH = "b0e1c5a4-1d3f-4a68-9c27-5e8f0d1a2b03"
FIELD_SOUTH = "b0e1c5a4-1d3f-4a68-9c27-5e8f0d1a2b04"
TIER_ZERO = "b0e1c5a4-1d3f-4a68-9c27-5e8f0d1a2b05"
ON_CALL = "b0e1c5a4-1d3f-4a68-9c27-5e8f0d1a2b06"
EMPTY = "b0e1c5a4-1d3f-4a68-9c27-5e8f0d1a2b07"
MIXED = "b0e1c5a4-1d3f-4a68-9c27-5e8f0d1a2b08"
FINANCE = "b0e1c5a4-1d3f-4a68-9c27-5e8f0d1a2b09"
HIDDEN = "b0e1c5a4-1d3f-4a68-9c27-5e8f0d1a2b0a"
NAMESAKES = tuple(f"b0e1c5a4-1d3f-4a68-9c27-5e8f0d1a2b1{number}" for number in range(6))

HIDDEN_MEMBERSHIP = "HiddenMembership"
# Tests know these roles from here.
GLOBAL_ADMINISTRATOR = catalogue.GLOBAL_ADMINISTRATOR
PRIVILEGED_ROLE_ADMINISTRATOR = catalogue.PRIVILEGED_ROLE_ADMINISTRATOR
PRIVILEGED_AUTHENTICATION_ADMINISTRATOR = catalogue.PRIVILEGED_AUTHENTICATION_ADMINISTRATOR
SECURITY_ADMINISTRATOR = catalogue.SECURITY_ADMINISTRATOR
DIRECTORY_READERS = catalogue.DIRECTORY_READERS

_LARGEST = 2500
_HOLDERS, _OTHERS = 9, 4
_LAPTOP = Thing("device", "d4b7f1e2-3c58-4a96-8e0d-71a2c9b5f601", "LAPTOP-01")


@dataclass(frozen=True, slots=True)
class Group:
    """A security group; groups inside it are named by id. `visibility` is None, or how Microsoft 365 shows it.

    `rule` is None, or `On` or `Paused` where a rule decides who is a member (`resources/group`).
    """

    id: str
    name: str
    users: tuple[int, ...] = ()
    groups: tuple[str, ...] = ()
    things: tuple[Thing, ...] = ()
    role_assignable: bool = False
    visibility: str | None = None
    rule: str | None = None

    @property
    def hidden(self) -> bool:
        """Whether only its members, and callers with `Member.Read.Hidden`, see the members."""
        return self.visibility == HIDDEN_MEMBERSHIP


class Memberships:
    """Everything about groups and roles.

    `holders` are generated users with a role that `directoryRoles` knows or that they may activate, in the order used
    below; `others` hold what only `roleAssignments` knows, and the last may join a role-assignable group.
    """

    def __init__(self, directory: Directory) -> None:
        # Drawn once and cut in two, so that no user has both kinds of role by accident.
        drawn = tuple(islice(ordinary(directory), _HOLDERS + _OTHERS))
        self.holders, self.others = drawn[:_HOLDERS], drawn[_HOLDERS:]
        breakglass = positions(directory, people.BREAKGLASS1, people.BREAKGLASS2)
        self.groups = {group.id: group for group in _groups(directory, self.holders)}
        self.definitions = catalogue.definitions()
        self.roles = grants.roles(breakglass, self.holders, TIER_ZERO)
        self.assignments = grants.assignments(self.roles, self.others[:3])
        self.eligible = grants.eligible(self.holders, ON_CALL)
        self.group_eligible = grants.group_eligible(self.others[3:], TIER_ZERO)

    def transitive(self, group: Group, *, skip_hidden: bool = False) -> tuple[list[int], list[Group], list[Thing]]:
        """Return everything inside a group, each once, however groups are nested; circles are allowed.

        With `skip_hidden` the members of a group of hidden membership are left out, the group itself is not.
        """
        users: dict[int, None] = {}
        groups = {group.id: group}
        things: dict[Thing, None] = {}
        waiting = [group]
        while waiting:
            current = waiting.pop()
            if skip_hidden and current.hidden:
                continue
            users.update(dict.fromkeys(current.users))
            things.update(dict.fromkeys(current.things))
            for name in current.groups:
                if name not in groups:
                    groups[name] = self.groups[name]
                    waiting.append(self.groups[name])
        del groups[group.id]
        return list(users), list(groups.values()), list(things)

    def role(self, key: str) -> Role | None:
        """Find an activated role by object id, or by template as `roleTemplateId=...`."""
        template = key.removeprefix("roleTemplateId=").lower()
        for role in self.roles:
            if key.lower() == role.id or template == role.template:
                return role
        return None


def _groups(directory: Directory, holders: tuple[int, ...]) -> list[Group]:
    north, south, finance = range(20, 50), range(40, 80), range(100, 124)
    mixed = positions(directory, people.BEN, people.DANA)
    return [
        Group(ALL_HANDS, "All hands", tuple(range(min(_LARGEST, directory.end)))),
        Group(FIELD, "Field", positions(directory, people.CARA), (FIELD_NORTH, FIELD_SOUTH)),
        # North points back at Field: a circle, which the directory permits.
        Group(FIELD_NORTH, "Field north", within(directory, north, people.SVC_NESTED), (FIELD,)),
        Group(FIELD_SOUTH, "Field south", within(directory, south)),
        Group(TIER_ZERO, "Tier zero", positions(directory, people.GAIL) + holders[5:6], role_assignable=True),
        Group(ON_CALL, "Tier zero on call", holders[8:9], role_assignable=True),
        Group(EMPTY, "Empty"),
        Group(MIXED, "Mixed", mixed, (EMPTY,), (_LAPTOP, grants.PIPELINE)),
        Group(FINANCE, "Finance", within(directory, finance, people.ALICE)),
        Group(HIDDEN, "Works council", positions(directory, people.BEN, people.CARA), visibility=HIDDEN_MEMBERSHIP),
        # One name, six groups: a caller that names a group by its display name may mean any of them.
        *(Group(group_id, "Project Aurora") for group_id in NAMESAKES),
    ]
