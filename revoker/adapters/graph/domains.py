"""The tenant's domains: how they sign in, and what the federated ones trust."""

import asyncio

from revoker.adapters.graph.certificates import trust
from revoker.adapters.graph.listing import UNREADABLE, Row, object_id_of
from revoker.adapters.graph.pager import Pager
from revoker.adapters.graph.requests import GraphRequests
from revoker.core.federation import Domain
from revoker.core.graph_answer import GraphAnswer, reason_of
from revoker.ports.graph import Organization


class DomainReader:
    """Asks Graph about domains, and about the tenant they belong to."""

    def __init__(self, pager: Pager, requests: GraphRequests) -> None:
        self._pager = pager
        self._requests = requests

    async def domains(self) -> tuple[Domain, ...] | GraphAnswer:
        """Return every domain; one that does not say it is managed counts as federated."""
        rows = await self._pager.rows(self._requests.domains())
        if isinstance(rows, GraphAnswer):
            return rows
        return tuple(await asyncio.gather(*map(self._domain, rows)))

    async def organization(self) -> Organization | GraphAnswer:
        """Return the tenant and its default domain."""
        rows = await self._pager.rows(self._requests.organization())
        if isinstance(rows, GraphAnswer):
            return rows
        for row in rows:
            if object_id_of(row):
                return Organization(object_id_of(row), _default_domain(row.get("verifiedDomains")))
        return UNREADABLE

    async def _domain(self, row: Row) -> Domain:
        """Return one domain; an answer that is no configuration says nothing about the other domains."""
        name, is_root = str(row.get("id")), row.get("isRoot") is not False
        if str(row.get("authenticationType")).lower() == "managed":
            return Domain(name, is_root=is_root)
        found = await self._pager.rows(self._requests.federation(name))
        if not isinstance(found, GraphAnswer):
            return Domain(name, federated=True, is_root=is_root, trusts=tuple(map(trust, found)))
        if found.status == 404:  # the domain has no configuration of its own, as a child domain
            return Domain(name, federated=True, is_root=is_root)
        return Domain(name, federated=True, is_root=is_root, unread=reason_of(found))


def _default_domain(verified: object) -> str:
    """Return the default among the verified domains; empty where the tenant does not tell."""
    if isinstance(verified, list):
        for domain in verified:
            if isinstance(domain, dict) and domain.get("isDefault") is True:
                return str(domain.get("name"))
    return ""
