"""The application permissions of Microsoft Graph that the managed identity can use, and what each is for.

`infra/entra/permissions.json` adds Graph's ids for them; a test holds the table in `docs/deploy.md` to these words.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Permission:
    """One permission: what it is for, and what is missing ``without`` it."""

    name: str
    purpose: str
    without: str


REVOKE = "User.RevokeSessions.All"
PERMISSIONS = (
    Permission(REVOKE, "end sessions", "every user ends `refused`"),
    Permission(
        "User.Read.All",
        "read revocations back, resolve names and SIDs, tell external users apart, protect by every name, list users",
        "outcomes stay `revoked`; no `filter` and no `allUsers`; with a protected list, in effect no user is revoked",
    ),
    Permission("GroupMember.Read.All", "groups as scope and as exclusion", "no `groups`"),
    Permission(
        "RoleManagement.Read.Directory",
        "role holders as scope, privileged users first",
        "no `roles`; privileged users do not go first",
    ),
    Permission(
        "Domain.Read.All",
        "know which domains are federated",
        "a tenant-wide run must acknowledge `federation_unchecked`",
    ),
    Permission(
        "Domain-InternalFederation.Read.All",
        "read the token-signing certificates of federated domains",
        "where a domain is federated, the same acknowledgement",
    ),
    Permission(
        "Member.Read.Hidden",
        "groups whose members are hidden: as scope, as exclusion, as holder of a role",
        "such a group is a 400; a run over `roles` that one holds ends `failed`",
    ),
    Permission(
        "PrivilegedEligibilitySchedule.Read.AzureADGroup",
        "users that may join a group that holds a role (Privileged Identity Management for groups)",
        "`roles` leaves them out, and says so",
    ),
)
