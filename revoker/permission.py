"""The application permissions of Microsoft Graph that the managed identity can use, and what each is for. Pure."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Permission:
    """One permission: ``purpose`` is what it is for, ``without`` is what is missing without it."""

    name: str
    purpose: str
    without: str


PERMISSIONS = (
    Permission("User.RevokeSessions.All", "end sessions", "every user ends `refused`"),
    Permission(
        "User.Read.All",
        "read revocations back, resolve names, tell guests apart, protect accounts under every name, list users",
        "outcomes stay `revoked`; no `filter` and no `allUsers`; with a protected list, in effect nobody is revoked",
    ),
    Permission("GroupMember.Read.All", "groups as scope and as exclusion", "no `groups`"),
    Permission(
        "RoleManagement.Read.Directory",
        "role holders as scope, privileged users first",
        "no `roles`; privileged users take their turn",
    ),
    Permission("Domain.Read.All", "know which domains are federated", "the gate must be acknowledged"),
    Permission(
        "Domain-InternalFederation.Read.All",
        "read the token-signing certificates of federated domains",
        "on a federated tenant the gate must be acknowledged",
    ),
)
