"""HTTP triggers, behind a loopback server."""

import logging
from collections.abc import Iterable, Mapping
from http.cookies import SimpleCookie

from aiohttp import web
from azure_functions_runtime.bindings.datumdef import Datum
from multidict import CIMultiDict, MultiMapping

from local.host import worker
from local.host.routes import Route, RouteTable
from local.host.worker import AppError, Function, InvocationFailedError

BODY_LIMIT = 100 * 1024 * 1024
DRAIN_SECONDS = 5

logger = logging.getLogger("local.host")


class HttpFrontEnd:
    """Finds the function for a request, hands it over, and turns its answer back into HTTP."""

    def __init__(self, functions: Iterable[Function], prefix: str) -> None:
        self._functions = {function.name: function for function in functions}
        self._table = RouteTable(_route(function, prefix) for function in self._functions.values())

    async def start(self, port: int) -> tuple[web.AppRunner, int]:
        """Listen on loopback; port 0 takes a free one."""
        app = web.Application(client_max_size=BODY_LIMIT)
        app.router.add_route("*", r"/{path:[\s\S]*}", self.answer)  # a path may hold %0A
        runner = web.AppRunner(app, access_log=None, handle_signals=False, shutdown_timeout=DRAIN_SECONDS)
        await runner.setup()
        try:
            await web.TCPSite(runner, "127.0.0.1", port).start()
        except OSError as error:
            raise AppError(f"port {port}: {error.strerror}") from None
        return runner, runner.addresses[0][1]

    async def answer(self, request: web.Request) -> web.Response:
        """Answer one request: 404 without a route, 500 with an empty body where the function raises."""
        match = self._table.match(request.method, request.rel_url.raw_path)
        if match is None:
            return web.Response(status=404)
        name, parameters = match
        argument = await _argument(request, parameters)
        try:
            answer = await worker.call(self._functions[name], argument, {})
        except InvocationFailedError as failure:
            logger.error("invocation_failed", extra={"function": name, "trace": str(failure)})  # noqa: TRY400  # its own trace
            return web.Response(status=500)
        return _response(answer)


def _route(function: Function, prefix: str) -> Route:
    template = function.trigger.get("route") or function.name
    return Route.parse(function.name, f"{prefix}/{template}", function.trigger.get("methods") or ())


async def _argument(request: web.Request, parameters: Mapping[str, str]) -> Datum:
    return Datum(
        {
            "method": Datum(request.method, "string"),
            "url": Datum(str(request.url), "string"),
            "headers": {name.lower(): value for name, value in _texts(_joined(request.headers)).items()},
            "query": _texts(_joined(request.query)),
            "params": _texts(parameters),
            "body": Datum(await request.read(), "bytes"),
        },
        "http",
    )


def _joined(values: MultiMapping[str]) -> dict[str, str]:
    """Several values of one name become one text, as in the real host."""
    return {name: ",".join(values.getall(name)) for name in values}


def _texts(values: Mapping[str, str]) -> dict[str, Datum]:
    return {name: Datum(value, "string") for name, value in values.items()}


def _response(answer: Datum | None) -> web.Response:
    if answer is None or answer.value is None:
        return web.Response(status=204)
    if answer.type != "http":
        return web.Response(text=str(answer.value))
    said = answer.value
    headers = CIMultiDict({name: datum.value for name, datum in said["headers"].items()})
    for cookie in said.get("cookies") or ():
        _add_cookie(headers, cookie)
    return web.Response(status=int(said["status_code"].value), headers=headers, body=said["body"].value)


def _add_cookie(headers: CIMultiDict[str], cookie: SimpleCookie) -> None:
    for morsel in cookie.values():
        headers.add("Set-Cookie", morsel.OutputString())
