"""The tenant's domains: how they sign in, and what the federated ones trust."""

import asyncio
from dataclasses import replace

from revoker.adapters.graph.certificates import trust
from revoker.adapters.graph.listing import Row
from revoker.adapters.graph.pager import Pager
from revoker.adapters.graph.requests import GraphRequests
from revoker.core.federation import Domain
from revoker.core.graph_answer import GraphAnswer, reason_of


class DomainReader:
    """Asks Graph about domains."""

    def __init__(self, pager: Pager, requests: GraphRequests) -> None:
        self._pager = pager
        self._requests = requests

    async def domains(self) -> tuple[Domain, ...] | GraphAnswer:
        """Return every domain; one that does not say it is managed counts as federated."""
        rows = await self._pager.rows(self._requests.domains())
        if isinstance(rows, GraphAnswer):
            return rows
        return tuple(await asyncio.gather(*map(self._domain, rows)))

    async def default_domain(self) -> str | None:
        """Return the name of the tenant's default domain, None where the directory does not tell."""
        rows = await self._pager.rows(self._requests.domains())
        if isinstance(rows, GraphAnswer):
            return None
        for row in rows:
            if _is_default(row):
                return str(row.get("id"))
        return None

    async def _domain(self, row: Row) -> Domain:
        """Return one domain; an answer that is no configuration says nothing about the other domains."""
        name = str(row.get("id"))
        domain = Domain(name, is_root=row.get("isRoot") is not False, is_default=_is_default(row))
        if str(row.get("authenticationType")).lower() == "managed":
            return domain
        found = await self._pager.rows(self._requests.federation(name))
        if not isinstance(found, GraphAnswer):
            return replace(domain, federated=True, trusts=tuple(map(trust, found)))
        if found.status == 404:  # the domain has no configuration of its own, as a child domain
            return replace(domain, federated=True)
        return replace(domain, federated=True, unread=reason_of(found))


def _is_default(row: Row) -> bool:
    return row.get("isDefault") is True
