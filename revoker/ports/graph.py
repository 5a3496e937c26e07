"""Microsoft Graph. No method raises for an answer of Graph, or for none: both come back as a ``GraphAnswer``."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from revoker.core.directory_user import DirectoryUser
from revoker.core.federation import Domain
from revoker.core.graph_answer import GraphAnswer
from revoker.core.request import Priority
from revoker.core.source import Source
from revoker.ports.page import Page


class GraphUsers(Protocol):
    """Graph, asked about users that the caller of a method names: revoke them, read them, search for one."""

    async def revoke(self, names: Sequence[str], priority: Priority) -> Mapping[str, GraphAnswer]:
        """Revoke the sessions of at most 20 users; every name gets an answer."""
        ...

    async def read(self, names: Sequence[str], priority: Priority) -> Mapping[str, GraphAnswer]:
        """Read any number of users; every name gets an answer."""
        ...

    async def search(self, attribute: str, value: str) -> tuple[DirectoryUser, ...] | GraphAnswer:
        """Return the users whose attribute equals the value, or the answer that was not a list."""
        ...

    async def home_tenant(self) -> str | None:
        """Return the tenant id in the identity's token, where there is one."""
        ...

    async def ping(self) -> None:
        """Raise unless a token can be had."""
        ...


@dataclass(frozen=True, slots=True)
class RoleHolders:
    """The object ids of users that hold directory roles; ``unknown`` are role template ids not active in this tenant.

    ``complete`` is false where the users that are only eligible for a role could not be read.
    """

    ids: frozenset[str]
    unknown: tuple[str, ...] = ()
    complete: bool = True


class GraphListings(Protocol):
    """Graph, asked about a tenant: which users are in it, how many, which roles, domains and permissions it has."""

    async def page(self, source: Source, cursor: str | None) -> Page[DirectoryUser] | GraphAnswer:
        """Return one page (at most 999) of a group's users (transitive), of a filter's, or of all; in a stable order.

        A listed user without a name means that users may not be read: that is an answer with status 403.
        """
        ...

    async def count(self, source: Source) -> int | GraphAnswer:
        """Return the number of users in a group, filter or directory; no such group is a 404, a bad filter a 400."""
        ...

    async def role_holders(self, templates: frozenset[str] | None) -> RoleHolders | GraphAnswer:
        """Return the users with any of the roles, or with any role: active and eligible, users inside groups."""
        ...

    async def domains(self) -> tuple[Domain, ...] | GraphAnswer:
        """Return the domains, with the signing certificates of the federated ones."""
        ...

    async def permissions(self) -> frozenset[str]:
        """Return the application permissions in the identity's token, for diagnosis only; empty without a token."""
        ...
