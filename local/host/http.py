"""HTTP triggers, behind a loopback server."""

import logging
from collections.abc import Iterable, Mapping

from aiohttp import web
from multidict import CIMultiDict, MultiMapping

from local.host.invocation import Answer, AppError, Argument, Function, InvocationFailedError, Request
from local.host.routes import Route, RouteTable
from local.host.settings import HostSettings
from local.host.worker import Worker

DRAIN_SECONDS = 10  # azure-functions-host: ProcessShutdownTimeout, which a worker has to finish its calls
NO_CONTENT = 204

logger = logging.getLogger("local.host")


class HttpFrontEnd:
    """Finds the function for a request, hands it over, and turns its answer back into HTTP."""

    def __init__(self, functions: Iterable[Function], settings: HostSettings, worker: Worker) -> None:
        self._functions = {function.name: function for function in functions}
        self._table = RouteTable(_route(function, settings.route_prefix) for function in self._functions.values())
        self._limit = settings.body_limit
        self._worker = worker

    async def start(self, port: int) -> tuple[web.AppRunner, int]:
        """Listen on loopback; port 0 takes a free one."""
        app = web.Application(client_max_size=self._limit)
        app.router.add_route("*", r"/{path:[\s\S]*}", self.answer)  # a path may hold %0A
        runner = web.AppRunner(app, access_log=None, handle_signals=False, shutdown_timeout=DRAIN_SECONDS)
        await runner.setup()
        try:
            await web.TCPSite(runner, "127.0.0.1", port).start()
        except OSError as error:
            raise AppError(f"port {port}: {error.strerror}. Port 0 takes a free one.") from None
        return runner, runner.addresses[0][1]

    async def answer(self, request: web.Request) -> web.Response:
        """Answer one request: 404 without a route, 500 with an empty body where the call fails."""
        match = self._table.match(request.method, request.rel_url.raw_path)
        if match is None:
            return web.Response(status=404)
        name, parameters = match
        # The host's HttpRequestBodySizeMiddleware sets Kestrel's limit, which throws before the first byte is read;
        # its ExceptionMiddleware makes that a 500 without a body.
        if (request.content_length or 0) > self._limit:
            return _failed(name, f"A body of {request.content_length} bytes: at most {self._limit} are read.")
        try:
            answer = await self._worker.call(self._functions[name], await _argument(request, parameters))
        except InvocationFailedError as failure:
            return _failed(name, str(failure))
        return _response(name, answer)


def _route(function: Function, prefix: str) -> Route:
    template = function.trigger.get("route") or function.name
    return Route.parse(function.name, f"{prefix}/{template}", function.trigger.get("methods") or ())


async def _argument(request: web.Request, parameters: Mapping[str, str]) -> Argument:
    """Return what the function receives, as the host's GrpcMessageConversionExtensions passes it on."""
    headers = {name.lower(): value for name, value in _joined(request.headers).items()}
    query = {name: value for name, value in _joined(request.query).items() if value}  # the URL still has all of it
    told = Request(method=request.method, url=str(request.url), headers=headers, query=query, params=parameters)
    body = await request.read()
    # The host reads a body only where the length was announced: a chunked one is lost on its way to the worker.
    return Argument(kind="http", body=body if request.content_length else b"", request=told)


def _joined(values: MultiMapping[str]) -> dict[str, str]:
    """Several values of one name become one text, without the empty ones, as .NET's StringValues does it."""
    joined = {}
    for name in values:
        joined[name] = ",".join(value for value in values.getall(name) if value)
    return joined


def _failed(function: str, why: str) -> web.Response:
    logger.error("invocation_failed", extra={"function": function, "trace": why})
    return web.Response(status=500)


def _response(function: str, answer: Answer | None) -> web.Response:
    if answer is None:
        return web.Response(status=NO_CONTENT)
    if answer.status == NO_CONTENT and answer.body:
        return _failed(function, "204 with a body: the real host's web server raises an exception there.")
    return web.Response(status=answer.status, headers=CIMultiDict(answer.headers), body=answer.body)
