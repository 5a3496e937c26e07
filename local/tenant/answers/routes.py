"""The table of what can be asked: which answer, under which permission, at which cost.

Facts: the permission table of each operation's page; `throttling-limits` for the costs.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from local.tenant.answers import domains, eligibility, groups, role_management, roles, users
from local.tenant.answers.users import READ_USERS
from local.tenant.exchange import Refusal
from local.tenant.faults import REVOKE
from local.tenant.limits.throttle import Cost
from local.tenant.odata.address import Address
from local.tenant.odata.options import insufficient
from local.tenant.world import Call, World

_SMALL_PAGE = 20

_REVOKE = frozenset({"User.RevokeSessions.All", "User.ReadWrite.All", "Directory.ReadWrite.All"})
_READ_ALL = {"Directory.Read.All", "Directory.ReadWrite.All"}
_READ_MEMBERS = frozenset({"GroupMember.Read.All", "Group.Read.All", *_READ_ALL})
_READ_ROLES = frozenset({"RoleManagement.Read.Directory", "RoleManagement.Read.All", *_READ_ALL})
_READ_ELIGIBLE = frozenset(
    {"RoleEligibilitySchedule.Read.Directory", "RoleManagement.Read.Directory", "RoleManagement.Read.All"}
)
_READ_GROUP_ELIGIBLE = frozenset(
    {"PrivilegedEligibilitySchedule.Read.AzureADGroup", "PrivilegedEligibilitySchedule.ReadWrite.AzureADGroup"}
)
_READ_DOMAINS = frozenset({"Domain.Read.All", "Domain.ReadWrite.All", *_READ_ALL})
# The v1.0 page of the list still names Domain.Read.All; the page of the object and the beta say this one.
_READ_FEDERATION = frozenset({"Domain-InternalFederation.Read.All", "Domain-InternalFederation.ReadWrite.All"})


@dataclass(frozen=True, slots=True)
class Route:
    """One row: any of the permissions will do; `units` is the cost before query options change it."""

    answer: Callable[[World, Call], Any]
    permissions: frozenset[str]
    units: int = 1
    writes: int = 0
    refusal: Callable[[], Refusal] = insufficient

    def cost(self, address: Address) -> Cost:
        """Price a call (`throttling-limits`): $select -1, $top below 20 -1, $expand +1, never below 1."""
        options = address.options
        top = options.get("$top", "")
        units = self.units - ("$select" in options) + ("$expand" in options)
        units -= top.isdecimal() and int(top) < _SMALL_PAGE
        return Cost(max(1, units), self.writes)


TABLE: dict[tuple[str, ...], dict[str, Route]] = {
    ("users",): {"GET": Route(users.list_users, READ_USERS, 2)},
    ("users", "microsoft.graph.agentUser"): {"GET": Route(users.list_agent_users, READ_USERS, 2)},
    ("users", "$count"): {"GET": Route(users.count_users, READ_USERS)},
    ("users", "*"): {"GET": Route(users.get_user, READ_USERS)},
    ("users", "*", REVOKE): {"POST": Route(users.revoke, _REVOKE, writes=1)},
    ("users", "*", f"microsoft.graph.{REVOKE}"): {"POST": Route(users.revoke, _REVOKE, writes=1)},
    ("groups",): {"GET": Route(groups.list_groups, _READ_MEMBERS, 2)},
    ("groups", "*"): {"GET": Route(groups.get_group, _READ_MEMBERS)},
    ("directoryRoles",): {"GET": Route(roles.list_roles, _READ_ROLES)},
    ("directoryRoles", "*"): {"GET": Route(roles.get_role, _READ_ROLES)},
    ("directoryRoles", "*", "members"): {"GET": Route(roles.list_role_members, _READ_ROLES, 2)},
    ("roleManagement", "directory", "roleAssignments"): {"GET": Route(role_management.list_assignments, _READ_ROLES)},
    ("roleManagement", "directory", "roleDefinitions"): {"GET": Route(role_management.list_definitions, _READ_ROLES)},
    ("roleManagement", "directory", "roleDefinitions", "*"): {
        "GET": Route(role_management.get_definition, _READ_ROLES)
    },
    ("identityGovernance", "privilegedAccess", "group", "eligibilityScheduleInstances"): {
        "GET": Route(eligibility.list_group_eligible, _READ_GROUP_ELIGIBLE, refusal=eligibility.ungranted)
    },
    ("domains",): {"GET": Route(domains.list_domains, _READ_DOMAINS)},
    ("domains", "*"): {"GET": Route(domains.get_domain, _READ_DOMAINS)},
    ("domains", "*", "federationConfiguration"): {"GET": Route(domains.get_federation, _READ_FEDERATION)},
    **{
        ("groups", "*", "members", *cast): {"GET": Route(groups.list_members, _READ_MEMBERS, 3)}
        for cast in ((), ("microsoft.graph.user",), ("microsoft.graph.group",))
    },
    **{
        ("groups", "*", "transitiveMembers", *cast): {"GET": Route(groups.list_transitive_members, _READ_MEMBERS, 5)}
        for cast in ((), ("microsoft.graph.user",), ("microsoft.graph.group",))
    },
    **{
        ("roleManagement", "directory", name): {"GET": Route(eligibility.list_eligible, _READ_ELIGIBLE)}
        for name in ("roleEligibilitySchedules", "roleEligibilityScheduleInstances")
    },
}


def find(method: str, address: Address) -> Route:
    """Find the row for a call; a key stands second in every path that has one, or last."""
    segments = address.segments
    # An exact path first: `users/$count` is a count, and not a user of that name.
    second, last = (*segments[:1], "*", *segments[2:]), (*segments[:-1], "*")
    methods = TABLE.get(segments) or TABLE.get(second) or TABLE.get(last)
    if methods is None:
        raise Refusal(400, "BadRequest", f"Resource not found for the segment '{segments[-1]}'.")
    route = methods.get(method)
    if route is None:
        raise Refusal(405, "Request_BadRequest", "Specified HTTP method is not allowed for the request target.")
    return route
