"""The routes of sweeps: who may, what is asked, which use case, what is answered. One function a route."""

import uuid

from revoker.core.errors import UnknownError
from revoker.core.sweep import SETTINGS_ID, Sweep
from revoker.intake.call import Call, Reply, json_body
from revoker.intake.query import known_query
from revoker.intake.sweep import parse_sweep
from revoker.respond.sweeps import manage as use
from revoker.respond.sweeps.settings_sweep import sync_settings_sweep
from revoker.respond.sweeps.tick import tick
from revoker.web.caller import Caller, Role, caller
from revoker.wiring import App


async def create_sweep(call: Call, app: App) -> Reply:
    """Create a sweep: 201, and where to find it."""
    asked_by = _allowed(call, app, Role.REVOKE_ALL)
    spec = parse_sweep(json_body(call), asked_by.person, app.tools.clock.now())
    sweep = await use.create(spec, app.sweeps, app.tools)
    base = call.url.partition("/api/")[0]
    return Reply(201, await use.shown(sweep, app.tools), {"Location": f"{base}/api/sweeps/{sweep.id}"})


async def list_sweeps(call: Call, app: App) -> Reply:
    """List every sweep, that of the settings among them."""
    _allowed(call, app, Role.READ)
    await sync_settings_sweep(app.settings.sweep, app.sweeps, app.tools)
    return Reply(200, await use.listed(app.sweeps, app.tools))


async def get_sweep(call: Call, app: App) -> Reply:
    """Say where a sweep stands, with its last runs and its next tick."""
    _allowed(call, app, Role.READ)
    return Reply(200, await use.shown(await _known(call, app), app.tools))


async def pause_sweep(call: Call, app: App) -> Reply:
    """Start no more runs until resumed."""
    asked_by = _allowed(call, app, Role.REVOKE_ALL)
    sweep = await use.pause(await _known(call, app), asked_by.person, app.sweeps, app.tools)
    return Reply(200, await use.shown(sweep, app.tools))


async def resume_sweep(call: Call, app: App) -> Reply:
    """Go on, or approve what another person created."""
    asked_by = _allowed(call, app, Role.REVOKE_ALL)
    sweep = await use.resume(await _known(call, app), asked_by.person, app.sweeps, app.tools)
    return Reply(200, await use.shown(sweep, app.tools))


async def delete_sweep(call: Call, app: App) -> Reply:
    """Forget a sweep: 204; its runs stay."""
    asked_by = _allowed(call, app, Role.REVOKE_ALL)
    await use.delete(await _sweep_id(call, app), asked_by.person, app.sweeps)
    return Reply(204, "")


async def sweep_runs(app: App) -> None:
    """Start what is due."""
    await tick(app.settings.sweep, app.sweeps, app.protection, app.tools)


def _allowed(call: Call, app: App, role: Role) -> Caller:
    asked_by = caller(call.headers, app.settings)
    asked_by.must_have(role)
    known_query(call)
    return asked_by


async def _known(call: Call, app: App) -> Sweep:
    return await use.known(await _sweep_id(call, app), app.sweeps)


async def _sweep_id(call: Call, app: App) -> str:
    """Return the id in a route; that of the settings once their sweep is as they are."""
    given = call.params.get("id", "")
    if given == SETTINGS_ID:
        await sync_settings_sweep(app.settings.sweep, app.sweeps, app.tools)
        return given
    try:
        return str(uuid.UUID(given))
    except ValueError:
        raise UnknownError(f"There is no sweep {given[:100]}.") from None
