"""Microsoft Graph. No method raises for an answer of Graph, or for none: both come back as a ``GraphAnswer``."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from revoker.core.directory_user import DirectoryUser
from revoker.core.federation import Domain
from revoker.core.graph_answer import GraphAnswer
from revoker.core.pool import UNNAMED
from revoker.core.request import Priority
from revoker.core.source import Source
from revoker.core.tenant import Tenant
from revoker.ports.page import Page


class GraphUsers(Protocol):
    """Graph, asked about users that the caller of a method names: revoke them, read them, search for one."""

    async def revoke(
        self, names: Sequence[str], priority: Priority, identity: str = UNNAMED
    ) -> Mapping[str, GraphAnswer]:
        """Revoke the sessions of at most 20 users as one identity of the pool; every name gets an answer."""
        ...

    async def read(self, names: Sequence[str], priority: Priority) -> Mapping[str, GraphAnswer]:
        """Read any number of users; every name gets an answer."""
        ...

    async def shielded(self, names: Sequence[str], priority: Priority) -> Mapping[str, bool]:
        """Return of at most 20 users whether a restricted management administrative unit shields them.

        A user of which the directory does not say so is left out.
        """
        ...

    async def search(self, attribute: str, value: str, most: int = 2) -> tuple[DirectoryUser, ...] | GraphAnswer:
        """Return at most so many users with an attribute of this value, or the answer that was not a list."""
        ...

    async def home_tenant(self) -> str | None:
        """Return the tenant id in the identity's token, where there is one."""
        ...

    async def permissions_of(self, identity: str) -> frozenset[str] | None:
        """Return the application permissions in an identity's token, for diagnosis only; None without a token."""
        ...

    async def ping(self) -> None:
        """Raise unless a token can be had."""
        ...


@dataclass(frozen=True, slots=True)
class RoleHolders:
    """The object ids of users that hold directory roles.

    ``complete`` is false where some holders could not be read: the eligible ones, or the members of a group with
    hidden membership. ``joiners_known`` is false where the users that may join a role-assignable group could not be
    read, which takes an optional permission.
    """

    ids: frozenset[str]
    complete: bool = True
    joiners_known: bool = True


@dataclass(frozen=True, slots=True)
class Role:
    """A directory role that this tenant defines, built in or custom; a built-in role's id is its template id."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class Group:
    """A group; with ``hidden`` membership it looks empty to an application without ``Member.Read.Hidden``.

    ``computed``: a rule decides which users are members, and a change takes hours to show. ``paused``: the rule is not
    applied at present, so the members are those of before.
    """

    id: str
    name: str
    hidden: bool = False
    computed: bool = False
    paused: bool = False


# The directory refuses to count, as in Azure AD B2C tenants: the source may be listed all the same.
NOT_COUNTED = GraphAnswer(fault="not_counted")


class GraphListings(Protocol):
    """Graph, asked about a tenant: which users are in it, how many, which roles, domains and permissions it has."""

    async def page(self, source: Source, cursor: str | None) -> Page[DirectoryUser] | GraphAnswer:
        """Return one page (at most 999) of a group's users (transitive), of a filter's, or of all; in a stable order.

        A listed user without a name means that users may not be read: that is an answer with status 403.
        """
        ...

    async def count(self, source: Source) -> int | GraphAnswer:
        """Return the number of users in a group, filter or directory; no such group is a 404, a bad filter a 400.

        ``NOT_COUNTED`` where the directory lists the source and does not count it.
        """
        ...

    async def read_groups(self, ids: Sequence[str]) -> Mapping[str, Group | GraphAnswer]:
        """Return groups by id; every id gets a group or an answer, and one that does not exist is a 404."""
        ...

    async def find_groups(self, name: str, most: int = 6) -> tuple[Group, ...] | GraphAnswer:
        """Return at most so many groups with a display name, which is not unique."""
        ...

    async def defined_roles(self) -> tuple[Role, ...] | GraphAnswer:
        """Return every role that the tenant defines."""
        ...

    async def tenant(self) -> Tenant:
        """Return the tenant, without what the directory does not tell now: only people read it."""
        ...

    async def role_holders(self, templates: frozenset[str] | None) -> RoleHolders | GraphAnswer:
        """Return the users with any of the roles (by id), or with any role, at any scope.

        Active and eligible holders, users inside groups that hold a role, and users that may join such a group.
        """
        ...

    async def domains(self) -> tuple[Domain, ...] | GraphAnswer:
        """Return the domains, with the signing certificates of the federated ones."""
        ...

    async def permissions(self) -> frozenset[str]:
        """Return the application permissions in the identity's token, for diagnosis only; empty without a token."""
        ...
