"""What Graph is asked about many users, as requests: the SDK's builders give the URLs.

Facts: ``user-list``, ``group-list-transitivemembers``, ``directoryrole-list-members``,
``rbacapplication-list-roleeligibilityscheduleinstances``, ``domain-list-federationconfiguration``, and
``aad-advanced-queries`` for what needs ``ConsistencyLevel: eventual`` and ``$count=true``.
"""

from collections.abc import Sequence
from typing import Any, Protocol

from kiota_abstractions.method import Method
from kiota_abstractions.request_information import RequestInformation
from msgraph.generated.directory_roles.directory_roles_request_builder import DirectoryRolesRequestBuilder
from msgraph.generated.domains.domains_request_builder import DomainsRequestBuilder
from msgraph.generated.groups.groups_request_builder import GroupsRequestBuilder
from msgraph.generated.role_management.role_management_request_builder import RoleManagementRequestBuilder
from msgraph.generated.users.users_request_builder import UsersRequestBuilder

from revoker.adapters.graph.transport import THROTTLE_PRIORITY, GraphTransport
from revoker.core.request import Priority
from revoker.core.source import Kind, Source

_PAGE = 999


class _Builder(Protocol):
    """Any of the SDK's builders of a collection."""

    def to_get_request_information(self) -> RequestInformation:
        """Return the request, without options."""
        ...


class GraphRequests:
    """Makes requests; what is in a value never leaves its place in the URL."""

    def __init__(self, line: GraphTransport) -> None:
        base = {"baseurl": line.base_url}
        self._users = UsersRequestBuilder(line.adapter, base)
        self._groups = GroupsRequestBuilder(line.adapter, base)
        self._roles = DirectoryRolesRequestBuilder(line.adapter, base)
        self._eligible = RoleManagementRequestBuilder(line.adapter, base).directory.role_eligibility_schedule_instances
        self._domains = DomainsRequestBuilder(line.adapter, base)

    def users(self, source: Source, select: Sequence[str], *, advanced: bool, top: int = _PAGE) -> RequestInformation:
        """Ask for a page of a listed source; raises ValueError for a source that is not listed in pages."""
        if not source.is_paged:
            raise ValueError(source.kind)
        if source.kind is Kind.GROUP:
            return self.users_in(source.value, select, top)
        matching = {"filter": source.value} if source.kind is Kind.FILTER else {}
        return _ask(self._users, advanced=advanced, select=list(select), top=top, **matching)

    def users_in(self, group: str, select: Sequence[str], top: int = _PAGE) -> RequestInformation:
        """Ask for the users in a group, however deep; the cast to users is an advanced query."""
        inside = self._groups.by_group_id(group).transitive_members.graph_user
        return _ask(inside, advanced=True, select=list(select), top=top)

    def roles(self) -> RequestInformation:
        """Ask for the activated directory roles."""
        return _ask(self._roles, select=["id", "roleTemplateId"])

    def role_members(self, role: str) -> RequestInformation:
        """Ask for who holds a role: users, groups, service principals."""
        return _ask(self._roles.by_directory_role_id(role).members, select=["id"])

    def eligible(self) -> RequestInformation:
        """Ask for who may activate a role; the type of a principal shows only where it is expanded."""
        return _ask(self._eligible, expand=["principal"])

    def domains(self) -> RequestInformation:
        """Ask for the domains and how they sign in."""
        return _ask(self._domains, select=["id", "authenticationType", "isRoot"])

    def federation(self, domain: str) -> RequestInformation:
        """Ask for whom a federated domain trusts; it takes no query options."""
        return _ask(self._domains.by_domain_id(domain).federation_configuration)


def following(link: str) -> RequestInformation:
    """Ask for what a link leads to, as it is; an advanced query must say that it is one on every page."""
    info = RequestInformation(Method.GET)
    info.url = link
    return _headed(info, advanced="count=true" in link.lower())


def _ask(builder: _Builder, *, advanced: bool = False, **options: Any) -> RequestInformation:  # noqa: ANN401 - passed on
    info = builder.to_get_request_information()
    counting = {"count": True} if advanced else {}
    info.query_parameters = {f"%24{name}": value for name, value in (options | counting).items()}
    return _headed(info, advanced=advanced)


def _headed(info: RequestInformation, *, advanced: bool) -> RequestInformation:
    info.headers.try_add("x-ms-throttle-priority", THROTTLE_PRIORITY[Priority.BULK])
    if advanced:
        info.headers.try_add("ConsistencyLevel", "eventual")
    return info
