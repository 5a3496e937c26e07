"""The requests for what Graph lists: the SDK's builders give the URLs, and a value never leaves its place in one.

Facts: docs/graph-facts.md#listing-users, docs/graph-facts.md#groups-and-roles, docs/graph-facts.md#federation.
"""

import re
from collections.abc import Sequence
from typing import Any, Protocol

from kiota_abstractions.method import Method
from kiota_abstractions.request_information import RequestInformation
from msgraph.generated.domains.domains_request_builder import DomainsRequestBuilder
from msgraph.generated.groups.groups_request_builder import GroupsRequestBuilder
from msgraph.generated.users.users_request_builder import UsersRequestBuilder

from revoker.adapters.graph.transport import THROTTLE_PRIORITY, GraphTransport
from revoker.core.directory_user import SELECT
from revoker.core.request import Priority
from revoker.core.source import Kind, Source

GROUP_COLUMNS = ("id", "displayName", "visibility", "groupTypes", "membershipRuleProcessingState")
_PAGE = 999  # the largest that Graph gives
# A filter on it is an advanced query, although its page lists `eq` (Microsoft Learn, question 577870).
_ADVANCED_ATTRIBUTES = frozenset({"onPremisesSamAccountName"})
_QUOTED, _ENDS_WITH = re.compile(r"'[^']*'"), re.compile(r"\bendswith\s*\(", re.IGNORECASE)


class Builder(Protocol):
    """Any of the SDK's builders of a collection."""

    def to_get_request_information(self) -> RequestInformation:
        """Return the request, without options."""
        ...


class GraphRequests:
    """Makes requests for users, groups, domains and the tenant."""

    def __init__(self, transport: GraphTransport) -> None:
        base = {"baseurl": transport.base_url}
        self._users = UsersRequestBuilder(transport.adapter, base)
        self._groups = GroupsRequestBuilder(transport.adapter, base)
        self._domains = DomainsRequestBuilder(transport.adapter, base)

    def users(self, source: Source, select: Sequence[str], *, advanced: bool, top: int = _PAGE) -> RequestInformation:
        """Ask for a page of a listed source; raises ValueError for a source that is not listed in pages."""
        if not source.is_paged:
            raise ValueError(source.kind)
        if source.kind is Kind.GROUP:
            return self.users_in(source.value, select, top)
        options: dict[str, Any] = {"select": list(select), "top": top}
        if source.kind is Kind.FILTER:
            options["filter"] = source.value
        return get(self._users, advanced=advanced, **options)

    def users_by(self, attribute: str, value: str, top: int) -> RequestInformation:
        """Ask for users by the exact value of an attribute."""
        return get(
            self._users,
            advanced=attribute in _ADVANCED_ATTRIBUTES,
            priority=Priority.URGENT,  # it ties a Sentinel account to a user before the caller is answered
            filter=equal(attribute, value),
            select=list(SELECT),
            top=top,
        )

    def users_in(self, group: str, select: Sequence[str], top: int) -> RequestInformation:
        """Ask for the users in a group, however deep; the cast to users is an advanced query, good for counting."""
        inside = self._groups.by_group_id(group).transitive_members.graph_user
        return get(inside, advanced=True, select=list(select), top=top)

    def members_of(self, group: str, select: Sequence[str], top: int = _PAGE) -> RequestInformation:
        """Ask for the members of a group, of every type and however deep; a plain query."""
        return get(self._groups.by_group_id(group).transitive_members, select=list(select), top=top)

    def groups_named(self, name: str, top: int) -> RequestInformation:
        """Ask for the groups with a display name."""
        return get(self._groups, filter=equal("displayName", name), select=list(GROUP_COLUMNS), top=top)

    def domains(self) -> RequestInformation:
        """Ask for the domains, how they sign in, and which of them is the default."""
        return get(self._domains, select=["id", "authenticationType", "isRoot", "isDefault"])

    def federation(self, domain: str) -> RequestInformation:
        """Ask for what a federated domain trusts; it takes no query options."""
        return get(self._domains.by_domain_id(domain).federation_configuration)


def get(
    builder: Builder,
    *,
    advanced: bool = False,
    priority: Priority = Priority.BULK,
    **options: Any,  # noqa: ANN401 - each query option has a type of its own
) -> RequestInformation:
    """Return a request with query options, by their names without the dollar sign."""
    info = builder.to_get_request_information()
    if advanced:
        options["count"] = True
    info.query_parameters = {f"%24{name}": value for name, value in options.items()}
    return _headed(info, advanced=advanced, priority=priority)


def following(link: str) -> RequestInformation:
    """Ask for what a link leads to, as it is; an advanced query must say that it is one on every page."""
    info = RequestInformation(Method.GET)
    info.url = link
    return _headed(info, advanced="count=true" in link.lower(), priority=Priority.BULK)


def needs_advanced(expression: str) -> bool:
    """Whether a filter certainly is an advanced query, by ``endsWith`` outside its quoted values."""
    return bool(_ENDS_WITH.search(_QUOTED.sub("", expression)))


def equal(attribute: str, value: str) -> str:
    """Return a filter by an exact value; a quote in the value is doubled, and so stays inside it."""
    return f"{attribute} eq '{value.replace("'", "''")}'"


def _headed(info: RequestInformation, *, advanced: bool, priority: Priority) -> RequestInformation:
    info.headers.try_add("x-ms-throttle-priority", THROTTLE_PRIORITY[priority])
    if advanced:
        info.headers.try_add("ConsistencyLevel", "eventual")
    return info
