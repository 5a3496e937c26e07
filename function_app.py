"""Every trigger: translate, call one thing, translate back. The map of what is called is ``revoker/__init__.py``."""

import json
import os
from collections.abc import Awaitable, Callable

import azure.functions as func

from revoker import settings, wiring
from revoker.core.message import Queue, decode, decode_scan_step
from revoker.intake.call import Call, Reply
from revoker.respond.recover import heal, poison
from revoker.respond.revoke import revoke, verify
from revoker.respond.scan import step
from revoker.web import boundary, runs as api, sweeps as api_sweeps

SETTINGS = settings.load(os.environ)  # a wrong one stops the app here, before a message can be taken and lost
PARTS = wiring.Parts(SETTINGS)

app = func.FunctionApp(http_auth_level=func.AuthLevel.ANONYMOUS)  # App Service Authentication is the gate (azure, 6)

type Handle = Callable[[Call], Awaitable[Reply]]


def http(route: str, *methods: str) -> Callable[[Handle], Handle]:
    """Declare an HTTP trigger around a handler of plain values."""

    def declare(handle: Handle) -> Handle:
        async def trigger(req: func.HttpRequest) -> func.HttpResponse:
            return _response(await boundary.answer(handle, _call(req), wiring.is_outage))

        named = app.function_name(handle.__name__)
        named(app.route(route, methods=methods, trigger_arg_name="req")(trigger))
        return handle

    return declare


def on_queue(name: str) -> Callable[[Callable[..., Awaitable[None]]], object]:
    """Declare a queue trigger; whatever it raises, the host delivers the message again, and at last to poison."""
    return app.queue_trigger(arg_name="item", queue_name=name, connection="AzureWebJobsStorage")


@http("runs", "POST")
async def start_run(call: Call) -> Reply:
    """Start a run."""
    return await api.start_run(call, await PARTS.app())


@http("sentinel", "POST")
async def sentinel(call: Call) -> Reply:
    """Start a run from the raw body of a Sentinel trigger."""
    return await api.start_sentinel(call, await PARTS.app())


@http("runs", "GET")
async def list_runs(call: Call) -> Reply:
    """List runs."""
    return await api.list_runs(call, await PARTS.app())


@http("runs/{id}", "GET")
async def get_run(call: Call) -> Reply:
    """Say where a run stands."""
    return await api.get_run(call, await PARTS.app())


@http("runs/{id}/result", "GET")
async def get_result(call: Call) -> Reply:
    """Say 202 until a run has ended, then how."""
    return await api.get_result(call, await PARTS.app())


@http("runs/{id}/users", "GET")
async def list_users(call: Call) -> Reply:
    """List what happened to each user of a run."""
    return await api.list_users(call, await PARTS.app())


@http("runs/{id}/report", "GET")
async def get_report(call: Call) -> Reply:
    """Give out a run's evidence."""
    return await api.get_report(call, await PARTS.app())


@http("runs/{id}/cancel", "POST")
async def cancel_run(call: Call) -> Reply:
    """Stop a run."""
    return await api.cancel_run(call, await PARTS.app())


@http("runs/{id}/retry", "POST")
async def retry_run(call: Call) -> Reply:
    """Try again whom an ended run did not get done."""
    return await api.retry_run(call, await PARTS.app())


@http("runs/{id}/approve", "POST")
async def approve_run(call: Call) -> Reply:
    """Let a run go that waits for a second person."""
    return await api.approve_run(call, await PARTS.app())


@http("preflight", "GET")
async def preflight(call: Call) -> Reply:
    """Say what stands ready before an emergency."""
    return await api.preflight(call, await PARTS.app())


@http("sweeps", "POST")
async def create_sweep(call: Call) -> Reply:
    """Create a sweep."""
    return await api_sweeps.create_sweep(call, await PARTS.app())


@http("sweeps", "GET")
async def list_sweeps(call: Call) -> Reply:
    """List sweeps."""
    return await api_sweeps.list_sweeps(call, await PARTS.app())


@http("sweeps/{id}", "GET")
async def get_sweep(call: Call) -> Reply:
    """Say where a sweep stands."""
    return await api_sweeps.get_sweep(call, await PARTS.app())


@http("sweeps/{id}", "DELETE")
async def delete_sweep(call: Call) -> Reply:
    """Forget a sweep."""
    return await api_sweeps.delete_sweep(call, await PARTS.app())


@http("sweeps/{id}/pause", "POST")
async def pause_sweep(call: Call) -> Reply:
    """Start no more runs of a sweep."""
    return await api_sweeps.pause_sweep(call, await PARTS.app())


@http("sweeps/{id}/resume", "POST")
async def resume_sweep(call: Call) -> Reply:
    """Go on with a sweep, or approve it."""
    return await api_sweeps.resume_sweep(call, await PARTS.app())


@http("health", "GET")
async def health(call: Call) -> Reply:
    """Say whether everything needed answers."""
    return await api.health(call, await PARTS.app())


@http("openapi.json", "GET")
async def openapi(_call: Call) -> Reply:
    """Give out the contract."""
    return api.openapi(SETTINGS)


@http("{*path}", "GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS")
async def unknown(call: Call) -> Reply:
    """Refuse what no other route took."""
    return api.unknown(call, SETTINGS)


@on_queue(Queue.PLAN)
async def plan_page(item: func.QueueMessage) -> None:
    """One message, one page of the directory."""
    parts = await PARTS.app()
    await step.take_step(decode_scan_step(item.get_body()), parts.protection, parts.tools)


@on_queue(Queue.URGENT)
async def revoke_urgent(item: func.QueueMessage) -> None:
    """One message, one batch, of those that cannot wait."""
    parts = await PARTS.app()
    await revoke.revoke(decode(item.get_body()), parts.protection, parts.tools)


@on_queue(Queue.BULK)
async def revoke_bulk(item: func.QueueMessage) -> None:
    """One message, one batch, at the quota's pace."""
    parts = await PARTS.app()
    await revoke.revoke(decode(item.get_body()), parts.protection, parts.tools)


@on_queue(Queue.VERIFY)
async def verify_batch(item: func.QueueMessage) -> None:
    """One message, one look whether a batch's revocations show."""
    parts = await PARTS.app()
    await verify.verify(decode(item.get_body()), parts.protection, parts.tools)


@on_queue(Queue.PLAN.poison)
async def poison_plan(item: func.QueueMessage) -> None:
    """Settle what died while planning."""
    await poison.settle_poison(Queue.PLAN, item.get_body(), (await PARTS.app()).tools)


@on_queue(Queue.URGENT.poison)
async def poison_urgent(item: func.QueueMessage) -> None:
    """Settle what died in the urgent lane."""
    await poison.settle_poison(Queue.URGENT, item.get_body(), (await PARTS.app()).tools)


@on_queue(Queue.BULK.poison)
async def poison_bulk(item: func.QueueMessage) -> None:
    """Settle what died in the bulk lane."""
    await poison.settle_poison(Queue.BULK, item.get_body(), (await PARTS.app()).tools)


@on_queue(Queue.VERIFY.poison)
async def poison_verify(item: func.QueueMessage) -> None:
    """Settle what died while verifying."""
    await poison.settle_poison(Queue.VERIFY, item.get_body(), (await PARTS.app()).tools)


@app.timer_trigger(schedule="0 * * * * *", arg_name="timer")
async def heal_runs(timer: func.TimerRequest) -> None:  # noqa: ARG001 - the binding asks for it
    """Find what was lost, every minute."""
    await heal.heal((await PARTS.app()).tools)


@app.timer_trigger(schedule="0 * * * * *", arg_name="timer")
async def sweep_runs(timer: func.TimerRequest) -> None:  # noqa: ARG001 - the binding asks for it
    """Start the runs of sweeps that are due."""
    await api_sweeps.sweep_runs(await PARTS.app())


def _call(req: func.HttpRequest) -> Call:
    headers = {name.lower(): value for name, value in req.headers.items()}
    return Call(str(req.method), req.url, headers, dict(req.params), dict(req.route_params), req.get_body())


def _response(reply: Reply) -> func.HttpResponse:
    body = reply.payload if isinstance(reply.payload, str) else json.dumps(reply.payload)
    return func.HttpResponse(body, status_code=reply.status, headers=reply.headers, mimetype=reply.media_type)
