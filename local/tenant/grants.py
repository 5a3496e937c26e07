"""Holders of directory roles, principals that may activate one, and users that may join a role-assignable group.

Facts: `resources/unifiedroleassignment` (a principal is a user, a role-assignable group or a service principal; active
PIM assignments are assignments like any other); `resources/directoryrole` (knows activated built-in roles at tenant
scope only, so custom roles and scoped assignments are missing there);
`privilegedaccessgroup-list-eligibilityscheduleinstances`.
"""

from dataclasses import dataclass

from local.tenant.catalogue import (
    APPLICATION_ADMINISTRATOR,
    CUSTOM_ROLE,
    DIRECTORY_READERS,
    EXCHANGE_ADMINISTRATOR,
    GLOBAL_ADMINISTRATOR,
    PRIVILEGED_AUTHENTICATION_ADMINISTRATOR,
    PRIVILEGED_ROLE_ADMINISTRATOR,
    SECURITY_ADMINISTRATOR,
    USER_ADMINISTRATOR,
)

TENANT_WIDE = "/"
ADMINISTRATIVE_UNIT = "/administrativeUnits/e7a1c9d4-3b52-4f86-8a0d-6c9e2f5b1d37"
APPLICATION = "/b3d60f2e-91a7-4c48-b5e2-7f0a8d1c6e94"


@dataclass(frozen=True, slots=True)
class Thing:
    """A member that is neither user nor group: there is nothing to sign out."""

    kind: str
    id: str
    name: str


PIPELINE = Thing("servicePrincipal", "d4b7f1e2-3c58-4a96-8e0d-71a2c9b5f602", "Build pipeline")


@dataclass(frozen=True, slots=True)
class Role:
    """An activated directory role and its active holders; `users` are positions in the directory, `groups` ids."""

    id: str
    template: str
    name: str
    users: tuple[int, ...] = ()
    groups: tuple[str, ...] = ()
    things: tuple[Thing, ...] = ()


type Principal = int | str | Thing  # a user's position, a group's id, or a service principal


@dataclass(frozen=True, slots=True)
class Assignment:
    """A role that a principal holds now, in the whole tenant or in the scope of one object."""

    role: str
    principal: Principal
    scope: str = TENANT_WIDE


@dataclass(frozen=True, slots=True)
class Eligibility:
    """A principal that may activate a role but has not; `user` is a position, or None when a group is eligible."""

    template: str
    user: int | None
    group: str | None = None


@dataclass(frozen=True, slots=True)
class GroupEligibility:
    """A user that may become `member` or `owner` of a role-assignable group (PIM for Groups)."""

    group: str
    user: int
    access: str = "member"


def roles(breakglass: tuple[int, ...], holders: tuple[int, ...], group: str) -> tuple[Role, ...]:
    """List the activated roles: five with users, one of them held through a group, and one without."""
    role_id = "a9c3e5b7-62d1-4f08-b4a6-3e7d1c9f5b{:02}".format
    return (
        Role(role_id(1), GLOBAL_ADMINISTRATOR, "Global Administrator", breakglass + holders[:1]),
        Role(role_id(2), PRIVILEGED_ROLE_ADMINISTRATOR, "Privileged Role Administrator", groups=(group,)),
        Role(role_id(3), USER_ADMINISTRATOR, "User Administrator", holders[1:3]),
        Role(role_id(4), EXCHANGE_ADMINISTRATOR, "Exchange Administrator", holders[3:4]),
        Role(role_id(5), SECURITY_ADMINISTRATOR, "Security Administrator", holders[3:5]),
        Role(role_id(6), DIRECTORY_READERS, "Directory Readers", things=(PIPELINE,)),
    )


def assignments(activated: tuple[Role, ...], others: tuple[int, ...]) -> list[Assignment]:
    """List what the activated roles grant, and three assignments that `directoryRoles` does not know.

    `others` are users without any other role; in a very small tenant there are fewer than three.
    """
    found: list[Assignment] = []
    for role in activated:
        principals: tuple[Principal, ...] = (*role.users, *role.groups, *role.things)
        found += [Assignment(role.template, principal) for principal in principals]
    # Three kinds at once: a role that is not built in, and two scopes that are not the tenant.
    scoped = (
        (CUSTOM_ROLE, TENANT_WIDE),
        (USER_ADMINISTRATOR, ADMINISTRATIVE_UNIT),
        (APPLICATION_ADMINISTRATOR, APPLICATION),
    )
    for (role_id, scope), user in zip(scoped, others, strict=False):
        found.append(Assignment(role_id, user, scope))
    return found


def eligible(holders: tuple[int, ...], group: str) -> list[Eligibility]:
    """List two eligible users, one for a role without active holders, and an eligible group."""
    found = [Eligibility(GLOBAL_ADMINISTRATOR, index) for index in holders[6:7]]
    found += [Eligibility(PRIVILEGED_AUTHENTICATION_ADMINISTRATOR, index) for index in holders[7:8]]
    return [*found, Eligibility(SECURITY_ADMINISTRATOR, None, group)]


def group_eligible(users: tuple[int, ...], group: str) -> list[GroupEligibility]:
    """List the users that may join a role-assignable group."""
    return [GroupEligibility(group, user) for user in users]
