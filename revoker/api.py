"""The routes: who may, what is asked, which use case, what is answered. One function a route."""

import json
import uuid
from collections.abc import Mapping
from functools import cache
from importlib import resources
from urllib.parse import urlsplit

from revoker.errors import InvalidError, MethodError, NotBuiltError, UnknownError
from revoker.intake.call import Call, Reply, json_body, known_query
from revoker.intake.caller import Caller, Role, caller
from revoker.intake.http import parse_run
from revoker.intake.sentinel import OPTIONS, parse_sentinel
from revoker.outcome import Outcome
from revoker.respond import read
from revoker.respond.accept import accept, digest_of
from revoker.run import Run, State
from revoker.settings import Settings
from revoker.wiring import App

_RETRY_AFTER = "5"
_MOST_LISTED = {"runs": 100, "users": 1000}
_DEFAULT_LISTED = {"runs": 20, "users": 100}


async def start_run(call: Call, app: App) -> Reply:
    """Start a run: 202, and where to wait for its end."""
    asked_by = _allowed(call, app.settings, Role.REVOKE)
    known_query(call)
    body = json_body(call)
    request = parse_run(body, asked_by.person, app.tools.clock.now())
    if request.scope or request.exclude_groups:
        asked_by.must_have(Role.REVOKE_ALL)
        raise NotBuiltError("groups, roles, filter and allUsers are not built yet: name users.")
    key = call.headers.get("idempotency-key")
    run, replayed = await accept(request, _owned(key, asked_by), digest_of(body), app.protection, app.tools)
    return await _accepted(run, call, app, replayed=replayed)


async def start_sentinel(call: Call, app: App) -> Reply:
    """Start a run for the accounts in a trigger body; without any, 200 and a sentence."""
    asked_by = _allowed(call, app.settings, Role.REVOKE)
    options = known_query(call, *OPTIONS)
    body, now = json_body(call) if call.body.strip() else None, app.tools.clock.now()
    home = app.settings.tenant_id or await app.tools.directory.home_tenant()
    request, event = parse_sentinel(body, options, asked_by.person, home, now)
    digest = digest_of(body, dict(options))
    # The event's own id makes the platform's retries one run; a later trigger of the event with more entities is new.
    key = call.headers.get("idempotency-key") or (event and f"event:{event}:{digest}")
    run, replayed = await accept(request, _owned(key, asked_by), digest, app.protection, app.tools)
    reply = await _accepted(run, call, app, replayed=replayed)
    return reply if request.targets else Reply(200, reply.payload)


async def list_runs(call: Call, app: App) -> Reply:
    """List runs, newest first."""
    _allowed(call, app.settings, Role.READ)
    query = known_query(call, "state", "limit", "cursor")
    state = _word(query, "state", tuple(State))
    cursor = query.get("cursor")
    if cursor is not None and not _is_hex(cursor):
        raise _wrong("cursor", "pass a cursor as it was returned")
    return Reply(200, await read.list_runs(state, _limit(query, "runs"), cursor, app.tools))


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
    outcome = _word(query, "outcome", tuple(Outcome))
    limit = _limit(query, "users")
    return Reply(200, await read.list_users(_run_id(call), outcome, limit, query.get("cursor"), app.tools))


async def health(_call: Call, app: App) -> Reply:
    """Return 200 when everything needed answers, else 503; a deployment without authentication is not well."""
    well, checks = await read.health(app.tools)
    trusted = app.settings.auth_trusted
    return Reply(200 if well and trusted else 503, {**checks, "authentication": "on" if trusted else "off"})


def openapi(settings: Settings) -> Reply:
    """Return the contract."""
    if not settings.auth_trusted:
        caller({}, settings)
    return Reply(200, _document())


def unknown(call: Call, settings: Settings) -> Reply:
    """Raise MethodError for a path of ours, UnknownError for any other."""
    if not settings.auth_trusted:
        caller({}, settings)
    path = "/" + urlsplit(call.url).path.partition("/api/")[2].strip("/")
    allowed = sorted(method.upper() for method in _methods(path))
    if allowed:
        raise MethodError(f"{call.method} is not for {path}; it takes {', '.join(allowed)}.", headers=_allow(allowed))
    raise UnknownError(f"There is no {path[:200]}; GET /api/openapi.json lists what there is.")


def _allowed(call: Call, settings: Settings, role: Role) -> Caller:
    asked_by = caller(call.headers, settings)
    asked_by.must_have(role)
    return asked_by


def _owned(key: str | None, asked_by: Caller) -> str | None:
    """Return the key as its caller's own, so that nobody can occupy another's."""
    if key is not None and not 1 <= len(key) <= 1000:
        raise _wrong("Idempotency-Key", "send 1 to 1,000 characters")
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


def _limit(query: Mapping[str, str], kind: str) -> int:
    given, most = query.get("limit"), _MOST_LISTED[kind]
    if given is None:
        return _DEFAULT_LISTED[kind]
    if not (given.isascii() and given.isdecimal() and 1 <= int(given[:9]) <= most):
        raise _wrong("limit", f"write a whole number from 1 to {most}")
    return int(given)


def _word[W: str](query: Mapping[str, str], name: str, words: tuple[W, ...]) -> W | None:
    given = query.get(name)
    if given is None:
        return None
    found = next((word for word in words if word == given), None)
    if found is None:
        raise _wrong(name, f"write one of {', '.join(words)}")
    return found


def _is_hex(text: str) -> bool:
    return len(text) == 32 and all(digit in "0123456789abcdef" for digit in text)


def _wrong(path: str, message: str) -> InvalidError:
    return InvalidError(f"{path} is wrong.", [(path, message)])


def _allow(methods: list[str]) -> dict[str, str]:
    return {"Allow": ", ".join(methods)}


@cache
def _document() -> Mapping[str, object]:
    text = resources.files("revoker").joinpath("openapi.json").read_text(encoding="utf-8")
    document: Mapping[str, object] = json.loads(text)
    return document


def _methods(path: str) -> list[str]:
    """Return the methods that the contract has for a path."""
    parts = path.split("/")
    for template, item in _document()["paths"].items():  # type: ignore[attr-defined]
        wanted = template.split("/")
        if len(wanted) == len(parts) and all(w.startswith("{") or w == p for w, p in zip(wanted, parts, strict=True)):
            return [method for method in item if method != "parameters"]
    return []
