"""Every trigger: translate, call one thing, translate back. The map of what is called is ``revoker/__init__.py``."""

import json
import os
from collections.abc import Awaitable, Callable

import azure.functions as func

from revoker import settings, wiring
from revoker.core.message import Queue, decode, decode_scan_step
from revoker.intake.call import Call, Reply
from revoker.respond.deliver import deliver
from revoker.respond.recover import heal, poison
from revoker.respond.sweeps import tick
from revoker.web import boundary, dispatch, routes

SETTINGS = settings.load(os.environ)  # a wrong one stops the app here, before a message can be taken and lost
PARTS = wiring.Parts(SETTINGS)

# App Service Authentication guards the app, not the function keys of the platform (SECURITY.md).
app = func.FunctionApp(http_auth_level=func.AuthLevel.ANONYMOUS)

type Trigger = Callable[[func.HttpRequest], Awaitable[func.HttpResponse]]


def trigger_of(route: routes.Route) -> Trigger:
    """Return the trigger of a route: request in, response out, problems for what is raised."""

    async def handle(call: Call) -> Reply:
        return await dispatch.dispatch(route, call, PARTS, SETTINGS)

    async def trigger(req: func.HttpRequest) -> func.HttpResponse:
        return _response(await boundary.answer(handle, _call(req), wiring.outage))

    return trigger


def declare(route: routes.Route, *methods: str) -> None:
    """Declare the HTTP trigger of a route under its own name."""
    named = app.function_name(route.name)
    named(app.route(route.path, methods=methods, trigger_arg_name="req")(trigger_of(route)))


for _route in routes.ROUTES:
    declare(_route, _route.method)
declare(routes.UNKNOWN, *routes.ANY_METHOD)


def on_queue(name: str) -> Callable[[Callable[..., Awaitable[None]]], object]:
    """Declare a queue trigger; when it raises, the host delivers the message again, and at last to the poison queue."""
    return app.queue_trigger(arg_name="item", queue_name=name, connection="AzureWebJobsStorage")


@on_queue(Queue.PLAN)
async def plan_page(item: func.QueueMessage) -> None:
    """One message, one page of the directory."""
    parts = await PARTS.app()
    message = decode_scan_step(item.get_body())
    await deliver.deliver_step(message, _deliveries(item), parts.protection, parts.tools)


@on_queue(Queue.URGENT)
async def revoke_urgent(item: func.QueueMessage) -> None:
    """One message, one batch of the urgent lane."""
    await _see_to(Queue.URGENT, item)


@on_queue(Queue.BULK)
async def revoke_bulk(item: func.QueueMessage) -> None:
    """One message, one batch of the bulk lane, at the quota's pace."""
    await _see_to(Queue.BULK, item)


@on_queue(Queue.VERIFY)
async def verify_batch(item: func.QueueMessage) -> None:
    """One message, one check whether a batch's revocations show in the directory."""
    await _see_to(Queue.VERIFY, item)


@on_queue(Queue.PLAN.poison)
async def poison_plan(item: func.QueueMessage) -> None:
    """Settle a scan whose message died."""
    await poison.settle_poison(Queue.PLAN, item.get_body(), (await PARTS.app()).tools)


@on_queue(Queue.URGENT.poison)
async def poison_urgent(item: func.QueueMessage) -> None:
    """Settle a batch whose message died in the urgent lane."""
    await poison.settle_poison(Queue.URGENT, item.get_body(), (await PARTS.app()).tools)


@on_queue(Queue.BULK.poison)
async def poison_bulk(item: func.QueueMessage) -> None:
    """Settle a batch whose message died in the bulk lane."""
    await poison.settle_poison(Queue.BULK, item.get_body(), (await PARTS.app()).tools)


@on_queue(Queue.VERIFY.poison)
async def poison_verify(item: func.QueueMessage) -> None:
    """Settle a batch whose message died while its revocations were verified."""
    await poison.settle_poison(Queue.VERIFY, item.get_body(), (await PARTS.app()).tools)


@app.timer_trigger(schedule="0 * * * * *", arg_name="timer")
async def heal_runs(timer: func.TimerRequest) -> None:  # noqa: ARG001 - the binding asks for it
    """Find what was lost, every minute."""
    with boundary.outages_told(wiring.outage):  # the first to use storage in a new deployment, and every minute
        await heal.heal((await PARTS.app()).tools)


@app.timer_trigger(schedule="0 * * * * *", arg_name="timer")
async def sweep_runs(timer: func.TimerRequest) -> None:  # noqa: ARG001 - the binding asks for it
    """Start the runs of sweeps that are due, every minute."""
    parts = await PARTS.app()
    await tick.tick(parts.settings.sweep, parts.sweeps, parts.protection, parts.tools)


async def _see_to(queue: Queue, item: func.QueueMessage) -> None:
    parts = await PARTS.app()
    await deliver.deliver(queue, decode(item.get_body()), _deliveries(item), parts.protection, parts.tools)


def _deliveries(item: func.QueueMessage) -> int:
    """Return how often the message was delivered, this time included."""
    return item.dequeue_count or 1


def _call(req: func.HttpRequest) -> Call:
    headers = {name.lower(): value for name, value in req.headers.items()}
    return Call(str(req.method), req.url, headers, dict(req.route_params), req.get_body())


def _response(reply: Reply) -> func.HttpResponse:
    body = reply.payload
    if not isinstance(body, str | bytes):
        body = json.dumps(body)
    return func.HttpResponse(body, status_code=reply.status, headers=reply.headers, mimetype=reply.media_type)
