"""The routes of runs: list, status, users, report, cancel, approve. One function a route."""

from revoker.app import App
from revoker.core.outcome import Outcome
from revoker.core.run import State
from revoker.intake.call import Call, Reply
from revoker.intake.query import cursor, known_query, limit, number, utc_offset, word
from revoker.respond.cancel import cancel
from revoker.respond.show import runs as show
from revoker.respond.show.report import evidence, report
from revoker.respond.start.approve import approve
from revoker.views.evidence.moments import Clock
from revoker.views.report import MEDIA_TYPES, POLICY, Format
from revoker.web.caller import Caller
from revoker.web.replies import run_id, run_to_change, waiting

_RUN_CURSOR = r"[0-9a-f]{32}"


async def list_runs(call: Call, _caller: Caller, app: App) -> Reply:
    """List runs, newest first."""
    query = known_query(call, "state", "limit", "cursor")
    state = word(query, "state", tuple(State))
    most = limit(query, default=20, most=100)
    return Reply(200, await show.list_runs(state, most, cursor(query, _RUN_CURSOR), app.ledger, app.status_basis))


async def get_run(call: Call, _caller: Caller, app: App) -> Reply:
    """Return a run's status."""
    known_query(call)
    return Reply(200, await show.run_status(run_id(call), app.ledger, app.status_basis))


async def get_result(call: Call, _caller: Caller, app: App) -> Reply:
    """Return 202 until a run has ended, then 200 with its status."""
    known_query(call)
    status = await show.run_status(run_id(call), app.ledger, app.status_basis)
    if status["finishedAt"]:
        return Reply(200, status)
    return waiting(status, app)


async def list_users(call: Call, _caller: Caller, app: App) -> Reply:
    """Return what happened to a run's users."""
    query = known_query(call, "outcome", "limit", "cursor")
    outcome = word(query, "outcome", tuple(Outcome))
    most = limit(query, default=100, most=1000)
    return Reply(200, await show.list_users(run_id(call), outcome, most, query.get("cursor"), app.ledger))


async def get_report(call: Call, _caller: Caller, app: App) -> Reply:
    """Return a run's evidence as JSON, CSV or one HTML page."""
    query = known_query(call, "format", "utcOffset")
    form, clock = word(query, "format", tuple(Format)) or Format.JSON, Clock(utc_offset(query))
    run, policy = run_id(call), POLICY
    if form is Format.HTML:
        from revoker.page import render  # noqa: PLC0415 - brings Jinja2, which no other route needs

        data = render.page(await evidence(run, clock, app.now(), app.ledger, app.status_basis)).encode()
        policy = render.policy()
    else:
        data = await report(run, form, app.ledger, app.status_basis)
    headers = {
        "Content-Security-Policy": policy,
        "X-Content-Type-Options": "nosniff",
        "Content-Disposition": f'attachment; filename="revoker-{run}.{form}"',
    }
    return Reply(200, data, headers, MEDIA_TYPES[form])


async def cancel_run(call: Call, caller: Caller, app: App) -> Reply:
    """Cancel a run: 202, and where to wait for its end."""
    known_query(call)
    run = await run_to_change(call, caller, app)
    await cancel(run, caller.person, app.tools)
    return waiting(await show.run_status(run.id, app.ledger, app.status_basis), app)


async def approve_run(call: Call, caller: Caller, app: App) -> Reply:
    """Approve a run that a second person must approve: 202, and where to wait for its end."""
    users = number(known_query(call, "users"), "users")
    run = await run_to_change(call, caller, app)
    await approve(run, caller.person, app.tools, users=users)
    return waiting(await show.run_status(run.id, app.ledger, app.status_basis), app)
