"""The socket around the core: bytes in, bytes out, waiting and breaking off as the core says. Decides nothing."""

import asyncio
import json
import socket
import struct
import time
from collections.abc import Callable

from aiohttp import web

from local.tenant import control
from local.tenant.exchange import Delivery, Fate, Request, Response
from local.tenant.tenant import Tenant

_LARGEST_BODY = 8 * 1024 * 1024
_RESET_ON_CLOSE = struct.pack("ii", 1, 0)  # linger for 0 seconds: the peer sees a reset, not an end


def build(tenant: Tenant, clock: Callable[[], float] = time.time) -> web.Application:
    """Make the application: one handler, since the core does the routing."""

    async def handle(incoming: web.Request) -> web.StreamResponse:
        request = Request(
            method=incoming.method,
            url=incoming.raw_path,  # not decoded: `%23` and `#` are different names
            headers={name.lower(): value for name, value in incoming.headers.items()},
            body=await incoming.read(),
            origin=f"{incoming.scheme}://{incoming.host}",
        )
        if request.url.startswith("/_"):
            # Users may have come back since the last call; the journal must not be older than the moment it is read.
            tenant.pass_time(clock())
            return await _send(incoming, Delivery(control.answer(tenant, request)))
        return await _send(incoming, tenant.answer(request, clock()))

    app = web.Application(client_max_size=_LARGEST_BODY)
    app.router.add_route("*", "/{tail:.*}", handle)
    return app


async def _send(incoming: web.Request, delivery: Delivery) -> web.StreamResponse:
    if delivery.delay:
        await asyncio.sleep(delivery.delay)
    if delivery.fate is Fate.RESET and incoming.transport is not None:
        _reset(incoming.transport)
    body = encode(delivery.response)
    if delivery.fate is Fate.TRUNCATED:
        body = body[: len(body) // 2]
    headers = {"Content-Type": "application/json", **delivery.response.headers}
    return web.Response(status=delivery.response.status or 500, body=body, headers=headers)


def encode(response: Response) -> bytes:
    """Write the payload: text as it is, nothing as nothing, anything else as JSON."""
    if response.payload is None:
        return b""
    if isinstance(response.payload, str):
        return response.payload.encode()
    return json.dumps(response.payload, ensure_ascii=False, separators=(",", ":")).encode()


def _reset(transport: asyncio.BaseTransport) -> None:
    raw: socket.socket | None = transport.get_extra_info("socket")
    if raw is not None:
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET_ON_CLOSE)
    if isinstance(transport, asyncio.WriteTransport):
        transport.abort()


async def start(tenant: Tenant, port: int) -> tuple[web.AppRunner, int]:
    """Listen on loopback and say on which port."""
    runner = web.AppRunner(build(tenant), access_log=None, shutdown_timeout=1.0)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", port, backlog=512)
    await site.start()
    bound: int = runner.addresses[0][1]
    return runner, bound
