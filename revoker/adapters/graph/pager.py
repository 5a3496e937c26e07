"""Reads Graph's listings, page by page or to the end, a few requests at a time."""

import asyncio
from collections.abc import Awaitable, Iterable

from kiota_abstractions.request_information import RequestInformation

from revoker.adapters.graph.listing import Row, listing
from revoker.adapters.graph.requests import following
from revoker.adapters.graph.transport import GraphTransport
from revoker.core.graph_answer import GraphAnswer
from revoker.ports.page import Page

_AT_ONCE = 4
# 999,000 rows. A link that leads back must not be followed for ever (docs/graph-facts.md#listing-users); one that only
# grows is stopped here.
_MOST_PAGES = 1000


class Pager:
    """Sends requests for listings; the first answer that is no listing is the answer of the whole."""

    def __init__(self, transport: GraphTransport) -> None:
        self._transport = transport
        self._limit = asyncio.Semaphore(_AT_ONCE)

    async def ask(self, info: RequestInformation) -> GraphAnswer:
        """Return one answer."""
        async with self._limit:
            return await self._transport.ask(info)

    async def page(self, info: RequestInformation) -> Page[Row] | GraphAnswer:
        """Return one page."""
        return listing(await self.ask(info), self._transport.owns)

    async def next_page(self, link: str) -> Page[Row] | GraphAnswer:
        """Return the page that a link leads to, unless it leads to another host."""
        if not self._transport.owns(link):
            return GraphAnswer(fault="foreign_link")
        return await self.page(following(link))

    async def rows(self, info: RequestInformation) -> tuple[Row, ...] | GraphAnswer:
        """Return the rows of all pages."""
        found: list[Row] = []
        followed: set[str] = set()
        page = await self.page(info)
        while len(followed) < _MOST_PAGES:
            if isinstance(page, GraphAnswer):
                return page
            found += page.rows
            if page.cursor is None:
                return tuple(found)
            if page.cursor in followed:
                break
            followed.add(page.cursor)
            page = await self.next_page(page.cursor)
        return GraphAnswer(fault="endless")


async def each[T](jobs: Iterable[Awaitable[T | GraphAnswer]]) -> tuple[T, ...] | GraphAnswer:
    """Return all results, or the first answer among them that stands for a failure."""
    found: list[T] = []
    for result in await asyncio.gather(*jobs):
        if isinstance(result, GraphAnswer):
            return result
        found.append(result)
    return tuple(found)
