"""The routes that start a run: a request of the API, a Sentinel trigger's body, a retry."""

from revoker.app import App
from revoker.core.plan_request import PlanRequest
from revoker.core.request import Request
from revoker.intake.call import Call, Reply, json_body
from revoker.intake.http import parse_run
from revoker.intake.plan import applies_plan, parse_plan
from revoker.intake.query import known_query, wrong
from revoker.intake.sentinel import OPTIONS, parse_sentinel
from revoker.respond.show.runs import known_run, origin
from revoker.respond.start.accept import accept, digest_of
from revoker.respond.start.apply import request_of
from revoker.respond.start.retry import retry
from revoker.web.caller import Caller, Role
from revoker.web.replies import accepted, run_to_change


async def start_run(call: Call, caller: Caller, app: App) -> Reply:
    """Start a run: 202, and where to wait for its end."""
    known_query(call)
    body = json_body(call)
    if applies_plan(body):
        request = await _plan(parse_plan(body, caller.person), app)
    else:
        request = parse_run(body, caller.person, app.now())
    if request.lists_directory:
        caller.must_have(Role.REVOKE_ALL)
    key = _owned(call.headers.get("idempotency-key"), caller)
    run, replayed = await accept(request, key, digest_of(body), app.protection, app.tools)
    return await accepted(run, app, replayed=replayed)


async def _plan(wanted: PlanRequest, app: App) -> Request:
    """Return the request that applies a dry run; raises UnknownError without such a run."""
    dry = await known_run(wanted.run, app.ledger)
    return await request_of(wanted, dry, app.ledger, app.tools.scans)


async def sentinel(call: Call, caller: Caller, app: App) -> Reply:
    """Start a run for the accounts in a trigger's body: 202; 200 and a sentence where it names no account."""
    options = known_query(call, *OPTIONS)
    body = None
    if call.body.strip():
        body = json_body(call)
    home = app.settings.tenant_id or await app.tools.graph_users.home_tenant()
    request, event = parse_sentinel(body, options, caller.person, home, app.now())
    digest = digest_of(body, dict(options))
    run, replayed = await accept(request, _event_key(call, event, digest, caller), digest, app.protection, app.tools)
    reply = await accepted(run, app, replayed=replayed)
    if request.targets:
        return reply
    return Reply(200, reply.payload)


async def retry_run(call: Call, caller: Caller, app: App) -> Reply:
    """Start a run of the users that an ended run did not get done: 202."""
    known_query(call)
    run = await run_to_change(call, caller, app)
    # The caller of a scope's retry has the role for scopes: `run_to_change` has asked for it.
    bounded = not (await origin(run, app.ledger)).scans
    again, replayed = await retry(run, caller.person, app.protection, app.tools, bounded=bounded)
    return await accepted(again, app, replayed=replayed)


def _event_key(call: Call, event: str | None, digest: str, caller: Caller) -> str | None:
    """Return the key of a Sentinel call: the caller's own, else the event's.

    The event's own id makes the platform's repeated deliveries one run. A later trigger of the same event with more
    entities has another body, so another digest, and is a run of its own.
    """
    given = call.headers.get("idempotency-key")
    if given is None and event:
        given = f"event:{digest_of(event, digest)}"
    return _owned(given, caller)


def _owned(key: str | None, caller: Caller) -> str | None:
    """Return the key as its caller's own: no caller can occupy the key of another."""
    if key is None:
        return None
    if not (1 <= len(key) <= 1000 and key.isprintable()):
        raise wrong("Idempotency-Key", "send 1 to 1,000 printable characters")
    return f"{caller.person.id}:{key}"
