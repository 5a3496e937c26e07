"""The routes: who may, what is asked, which use case, what is answered. One function a route."""

import uuid
from urllib.parse import urlsplit

from revoker.core.errors import MethodError, UnknownError
from revoker.core.federation import Compromise
from revoker.core.outcome import Outcome
from revoker.core.run import Run, State
from revoker.intake.call import Call, Reply, json_body
from revoker.intake.http import parse_run
from revoker.intake.query import cursor, known_query, limit, past, word, wrong
from revoker.intake.sentinel import OPTIONS, parse_sentinel
from revoker.respond.cancel import cancel
from revoker.respond.show import runs as read
from revoker.respond.show.preflight import preflight as look_ahead
from revoker.respond.start.accept import accept, digest_of
from revoker.respond.start.approve import approve
from revoker.respond.start.retry import retry
from revoker.settings import Settings
from revoker.views.report import HEADERS, MEDIA_TYPES, Format
from revoker.web import contract
from revoker.web.caller import Caller, Role, caller
from revoker.wiring import App

_RETRY_AFTER = "5"


async def start_run(call: Call, app: App) -> Reply:
    """Start a run: 202, and where to wait for its end."""
    asked_by = _allowed(call, app.settings, Role.REVOKE)
    known_query(call)
    body = json_body(call)
    request = parse_run(body, asked_by.person, app.tools.clock.now())
    if request.scope:
        asked_by.must_have(Role.REVOKE_ALL)
    key = call.headers.get("idempotency-key")
    run, replayed = await accept(request, _owned(key, asked_by), digest_of(body), app.protection, app.tools)
    return await _accepted(run, call, app, replayed=replayed)


async def start_sentinel(call: Call, app: App) -> Reply:
    """Start a run for the accounts in a trigger body; without any, 200 and a sentence."""
    asked_by = _allowed(call, app.settings, Role.REVOKE)
    options = known_query(call, *OPTIONS)
    body, now = json_body(call) if call.body.strip() else None, app.tools.clock.now()
    home = app.settings.tenant_id or await app.tools.graph_users.home_tenant()
    request, event = parse_sentinel(body, options, asked_by.person, home, now)
    digest = digest_of(body, dict(options))
    # The event's own id makes the platform's retries one run; a later trigger of the event with more entities is new.
    key = call.headers.get("idempotency-key", f"event:{digest_of(event, digest)}" if event else None)
    run, replayed = await accept(request, _owned(key, asked_by), digest, app.protection, app.tools)
    reply = await _accepted(run, call, app, replayed=replayed)
    return reply if request.targets else Reply(200, reply.payload)


async def list_runs(call: Call, app: App) -> Reply:
    """List runs, newest first."""
    _allowed(call, app.settings, Role.READ)
    query = known_query(call, "state", "limit", "cursor")
    state, most = word(query, "state", tuple(State)), limit(query, default=20, most=100)
    return Reply(200, await read.list_runs(state, most, cursor(query, r"[0-9a-f]{32}"), app.tools))


async def get_run(call: Call, app: App) -> Reply:
    """Return a run's status."""
    _allowed(call, app.settings, Role.READ)
    known_query(call)
    return Reply(200, await read.run_status(_run_id(call), app.tools))


async def get_result(call: Call, app: App) -> Reply:
    """Return 202 until a run has ended, then 200 with its status: what a Logic Apps HTTP action waits on by itself."""
    _allowed(call, app.settings, Role.READ)
    known_query(call)
    status = await read.run_status(_run_id(call), app.tools)
    return Reply(200, status) if status["finishedAt"] else _wait(call, status)


async def list_users(call: Call, app: App) -> Reply:
    """Return what happened to a run's users."""
    _allowed(call, app.settings, Role.READ)
    query = known_query(call, "outcome", "limit", "cursor")
    outcome, most = word(query, "outcome", tuple(Outcome)), limit(query, default=100, most=1000)
    return Reply(200, await read.list_users(_run_id(call), outcome, most, query.get("cursor"), app.tools))


async def get_report(call: Call, app: App) -> Reply:
    """Return a run's evidence as JSON, CSV or one HTML page."""
    _allowed(call, app.settings, Role.READ)
    form = word(known_query(call, "format"), "format", tuple(Format)) or Format.JSON
    run = _run_id(call)
    headers = {**HEADERS, "Content-Disposition": f'attachment; filename="revoker-{run}.{form}"'}
    return Reply(200, await read.report(run, form, app.tools), headers, MEDIA_TYPES[form])


async def cancel_run(call: Call, app: App) -> Reply:
    """Stop a run."""
    run, asked_by = await _changed(call, app)
    await cancel(run, asked_by.person, app.tools)
    return _wait(call, await read.run_status(run.id, app.tools))


async def approve_run(call: Call, app: App) -> Reply:
    """Let a run go that waits for a second person."""
    run, asked_by = await _changed(call, app)
    await approve(run, asked_by.person, app.tools)
    return _wait(call, await read.run_status(run.id, app.tools))


async def retry_run(call: Call, app: App) -> Reply:
    """Start a run of those whom an ended run did not get done."""
    run, asked_by = await _changed(call, app)
    again, replayed = await retry(run, asked_by.person, app.protection, app.tools)
    return await _accepted(again, call, app, replayed=replayed)


async def preflight(call: Call, app: App) -> Reply:
    """Return what the identity may do and what a run over everybody would meet."""
    _allowed(call, app.settings, Role.READ)
    query = known_query(call, "compromisedAt")
    began_at = past(query, "compromisedAt", app.tools.clock.now())
    return Reply(200, await look_ahead(Compromise(began_at), app.settings.protected, app.tools))


async def health(_call: Call, app: App) -> Reply:
    """Return 200 when everything needed answers, else 503; a deployment without authentication is not well.

    ``none`` is a laptop's own choice (REVOKER_AUTH), which a deployment refuses to start with.
    """
    well, checks = await read.health(app.tools)
    trusted, enforced = app.settings.auth_trusted, app.settings.auth_enforced
    word = ("on" if trusted else "off") if enforced else "none"
    return Reply(200 if well and trusted else 503, {**checks, "authentication": word})


def openapi(settings: Settings) -> Reply:
    """Return the contract."""
    if not settings.auth_trusted:
        caller({}, settings)
    return Reply(200, contract.document())


def unknown(call: Call, settings: Settings) -> Reply:
    """Raise MethodError for a path of ours, UnknownError for any other."""
    if not settings.auth_trusted:
        caller({}, settings)
    path = "/" + urlsplit(call.url).path.partition("/api/")[2].strip("/")
    allowed = sorted(method.upper() for method in contract.methods(path))
    if allowed:
        raise MethodError(f"{call.method} is not for {path}; it takes {', '.join(allowed)}.", headers=_allow(allowed))
    raise UnknownError(f"There is no {path[:200]}; GET /api/openapi.json lists what there is.")


def _allowed(call: Call, settings: Settings, role: Role) -> Caller:
    asked_by = caller(call.headers, settings)
    asked_by.must_have(role)
    return asked_by


async def _changed(call: Call, app: App) -> tuple[Run, Caller]:
    """Return the run that a caller may change: the role is that for starting one like it, or like what it retries."""
    asked_by = _allowed(call, app.settings, Role.REVOKE)
    known_query(call)
    run = await read.known_run(_run_id(call), app.tools)
    if (await read.origin(run, app.tools)).scans:
        asked_by.must_have(Role.REVOKE_ALL)
    return run, asked_by


def _owned(key: str | None, asked_by: Caller) -> str | None:
    """Return the key as its caller's own, so that nobody can occupy another's."""
    if key is not None and not (1 <= len(key) <= 1000 and key.isprintable()):
        raise wrong("Idempotency-Key", "send 1 to 1,000 printable characters")
    return f"{asked_by.person.id}:{key}" if key else None


async def _accepted(run: Run, call: Call, app: App, *, replayed: bool) -> Reply:
    status = await read.status_of(run, app.tools)
    return _wait(call, status | ({"replayed": True} if replayed else {}))


def _wait(call: Call, status: dict[str, object]) -> Reply:
    base = call.url.partition("/api/")[0]
    location = f"{base}/api/runs/{status['runId']}/result"
    return Reply(202, status, {"Location": location, "Retry-After": _RETRY_AFTER})


def _run_id(call: Call) -> str:
    given = call.params.get("id", "")
    try:
        return str(uuid.UUID(given))
    except ValueError:
        raise UnknownError(f"There is no run {given[:100]}.") from None


def _allow(methods: list[str]) -> dict[str, str]:
    return {"Allow": ", ".join(methods)}
