"""The routes about the service itself: preflight, health, the contract, and paths that do not exist."""

from urllib.parse import urlsplit

from revoker.app import App
from revoker.core.problems import MethodError, UnknownError
from revoker.intake.call import Call, Reply
from revoker.intake.query import known_query
from revoker.intake.trust_fields import TRUST_FIELDS, compromise_in_query
from revoker.respond.show.health import health as check_health
from revoker.respond.show.preflight import preflight as look_ahead
from revoker.settings import Settings
from revoker.version import VERSION
from revoker.web import contract
from revoker.web.caller import Caller, must_be_trusted


async def preflight(call: Call, _caller: Caller, app: App) -> Reply:
    """Return what the identity may do and what a run over all users would meet."""
    compromise = compromise_in_query(known_query(call, *TRUST_FIELDS), app.now())
    return Reply(200, await look_ahead(compromise, app.settings.protected, app.tools))


async def health(_call: Call, _caller: Caller, app: App) -> Reply:
    """Return 200 when everything needed answers, else 503; a deployment without authentication is not well."""
    well, checks = await check_health(app.ledger, app.tools.outbox, app.tools.graph_users)
    status = 503
    if well and app.settings.auth_trusted:
        status = 200
    return Reply(status, {**checks, "authentication": _authentication(app.settings), "version": VERSION})


async def openapi(_call: Call, _caller: Caller, app: App) -> Reply:
    """Return the contract."""
    must_be_trusted(app.settings)
    return Reply(200, contract.document())


async def unknown(call: Call, _caller: Caller, app: App) -> Reply:
    """Raise MethodError for a path of ours, UnknownError for any other."""
    must_be_trusted(app.settings)
    path = _path(call.url)
    allowed = sorted(method.upper() for method in contract.methods(path))
    if allowed:
        listed = ", ".join(allowed)
        raise MethodError(f"{call.method} is not for {path}; it takes {listed}.", headers={"Allow": listed})
    raise UnknownError(f"There is no {path[:200]}; GET /api/openapi.json lists what there is.")


def _path(url: str) -> str:
    """Return the path below ``/api``; the host matches routes in any casing."""
    path = urlsplit(url).path
    at = path.lower().find("/api/")
    if at < 0:
        return "/"
    return "/" + path[at + len("/api/") :].strip("/")


def _authentication(settings: Settings) -> str:
    """Return ``on``, ``off``, or ``none`` (REVOKER_AUTH=none: for a laptop; a deployment does not start with it)."""
    if not settings.auth_enforced:
        return "none"
    if settings.auth_trusted:
        return "on"
    return "off"
