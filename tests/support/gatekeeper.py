"""Storage whose roles have not spread yet, or whose answers get lost: a server in front of Azurite.

A shared key signs the account and the path, not the host, so that what passes is forwarded as it came.
"""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp
from aiohttp import web

HOP = {"transfer-encoding", "connection", "keep-alive", "content-length"}
REFUSAL = (
    '<?xml version="1.0" encoding="utf-8"?><Error><Code>AuthorizationPermissionMismatch</Code>'
    "<Message>This request is not authorized to perform this operation using this permission.</Message></Error>"
)


class Gatekeeper:
    """One server a service; `refused` holds the services (`Queue`, `Table`) that answer 403.

    The answers to so many transactions as `unanswered` says are lost: they are made, and the connection breaks.
    """

    def __init__(self, connection_string: str) -> None:
        self._inner = dict(re.findall(r"(\w+)Endpoint=(http://[\d.]+:\d+)/", connection_string))
        self._outer: dict[str, str] = {}
        self._given = connection_string
        self.refused: set[str] = set()
        self.refusals = self.unanswered = 0

    @property
    def connection_string(self) -> str:
        """The address of the storage behind this server."""
        text = self._given
        for service, address in self._outer.items():
            text = text.replace(self._inner[service], address)
        return text

    async def _start(self, service: str, client: aiohttp.ClientSession) -> web.AppRunner:
        async def forward(request: web.Request) -> web.Response:
            if service in self.refused:
                self.refusals += 1
                headers = {"x-ms-error-code": "AuthorizationPermissionMismatch"}
                return web.Response(status=403, text=REFUSAL, content_type="application/xml", headers=headers)
            url = aiohttp.client.URL(self._inner[service] + request.raw_path, encoded=True)
            async with client.request(
                request.method, url, headers=request.headers, data=await request.read() or None
            ) as answer:
                kept = {name: value for name, value in answer.headers.items() if name.lower() not in HOP}
                if self.unanswered and request.path.endswith("/$batch") and request.transport:
                    self.unanswered -= 1
                    await answer.read()
                    request.transport.abort()
                return web.Response(status=answer.status, headers=kept, body=await answer.read())

        app = web.Application(client_max_size=2**26)
        app.router.add_route("*", "/{path:.*}", forward)
        runner = web.AppRunner(app, access_log=None, handle_signals=False, shutdown_timeout=1)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        self._outer[service] = f"http://127.0.0.1:{runner.addresses[0][1]}"
        return runner


@asynccontextmanager
async def gatekeeper(connection_string: str) -> AsyncIterator[Gatekeeper]:
    """Stand in front of a storage for the length of a block."""
    made = Gatekeeper(connection_string)
    async with aiohttp.ClientSession(auto_decompress=False, skip_auto_headers=("User-Agent", "Content-Type")) as client:
        runners = [await made._start(service, client) for service in ("Queue", "Table")]
        try:
            yield made
        finally:
            for runner in runners:
                await runner.cleanup()
