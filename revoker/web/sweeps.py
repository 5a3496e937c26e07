"""The routes of sweeps: create, list, look at, pause, resume or approve, delete. One function a route."""

import uuid

from revoker.app import App
from revoker.core.problems import UnknownError
from revoker.core.sweep import SETTINGS_ID, Sweep
from revoker.intake.call import Call, Reply, json_body
from revoker.intake.query import known_query
from revoker.intake.sweep import parse_sweep
from revoker.respond.sweeps import manage
from revoker.respond.sweeps.settings_sweep import sync_settings_sweep
from revoker.web.caller import Caller
from revoker.web.replies import address


async def create_sweep(call: Call, caller: Caller, app: App) -> Reply:
    """Create a sweep: 201, and where to find it."""
    known_query(call)
    spec = parse_sweep(json_body(call), caller.person, app.now())
    sweep = await manage.create(spec, app.sweeps, app.tools)
    shown = await manage.show(sweep, app.ledger, app.now())
    return Reply(201, shown, {"Location": address(f"sweeps/{sweep.id}", app)})


async def list_sweeps(call: Call, _caller: Caller, app: App) -> Reply:
    """List every sweep, that of the settings among them."""
    known_query(call)
    await sync_settings_sweep(app.settings.sweep, app.sweeps, app.now())
    return Reply(200, await manage.show_all(app.sweeps, app.ledger, app.now()))


async def get_sweep(call: Call, _caller: Caller, app: App) -> Reply:
    """Return where a sweep stands, with its last runs and its next tick."""
    return Reply(200, await manage.show(await _known(call, app), app.ledger, app.now()))


async def pause_sweep(call: Call, caller: Caller, app: App) -> Reply:
    """Start no more runs until the sweep is resumed."""
    sweep = await manage.pause(await _known(call, app), caller.person, app.sweeps, app.now())
    return Reply(200, await manage.show(sweep, app.ledger, app.now()))


async def resume_sweep(call: Call, caller: Caller, app: App) -> Reply:
    """Resume a sweep, or approve one that another person created."""
    sweep = await manage.resume(await _known(call, app), caller.person, app.sweeps, app.now())
    return Reply(200, await manage.show(sweep, app.ledger, app.now()))


async def delete_sweep(call: Call, caller: Caller, app: App) -> Reply:
    """Delete a sweep: 204; its runs stay."""
    known_query(call)
    await manage.delete(await _sweep_id(call, app), caller.person, app.sweeps)
    return Reply(204, "")


async def _known(call: Call, app: App) -> Sweep:
    known_query(call)
    return await manage.find(await _sweep_id(call, app), app.sweeps)


async def _sweep_id(call: Call, app: App) -> str:
    """Return the id in the path; the sweep of the settings is brought up to date with them first."""
    given = call.params.get("id", "")
    if given == SETTINGS_ID:
        await sync_settings_sweep(app.settings.sweep, app.sweeps, app.now())
        return given
    try:
        return str(uuid.UUID(given))
    except ValueError:
        raise UnknownError(f"There is no sweep {given[:100]}.") from None
