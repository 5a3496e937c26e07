"""What a person may do with sweeps: create, look, pause, resume or approve, delete."""

import asyncio
from contextlib import suppress
from dataclasses import replace

from revoker import log
from revoker.core.errors import ConflictError, ForbiddenError, UnknownError, UnreadableError
from revoker.core.request import Person
from revoker.core.run import APPROVE_WITHIN, new_id, state_of
from revoker.core.sweep import SETTINGS_ID, Sweep, SweepState, new_sweep
from revoker.core.sweep_spec import SweepSpec
from revoker.ports.sweeps import Sweeps
from revoker.respond.policy import Tools
from revoker.respond.start.gate import pass_gate
from revoker.respond.start.measure import measure
from revoker.respond.start.start import kinds
from revoker.respond.sweeps.tick import caught_up
from revoker.views.sweep_status import sweep_status

MOST_SWEEPS = 100
_FROM_SETTINGS = (
    "This sweep comes from the app's settings: remove SWEEP_SCHEDULE, SWEEP_SCOPE, SWEEP_UNTIL and "
    "SWEEP_ISSUED_BEFORE or SWEEP_MAX_SESSION_AGE_HOURS there. Until then it can be paused."
)


async def create(spec: SweepSpec, sweeps: Sweeps, tools: Tools) -> Sweep:
    """Keep a new sweep; raises ConflictError for too many, InvalidError for too large, what refuses a run of its scope.

    Gate and approval are settled here, once, for all of its runs of as many users as it is for now.
    """
    if len(await sweeps.all()) >= MOST_SWEEPS:
        raise ConflictError(f"There are {MOST_SWEEPS} sweeps: delete those that have ended.")
    extent = await measure(spec.run, tools)
    acknowledged = await pass_gate(spec.run, tools)
    now, above = tools.clock.now(), tools.policy.approval_above
    until = now + APPROVE_WITHIN if above and extent.expected > above else None
    made = new_sweep(new_id(now), spec, now).with_approved_size(extent.expected)
    sweep = replace(made, approval_until=until, acknowledged=acknowledged)
    await sweeps.add(sweep)
    by, scope = spec.run.requested_by.id, kinds(spec.run)
    log.event("sweep_created", sweep=sweep.id, by=by, scope=scope, expected=extent.expected, until=spec.until)
    return sweep


async def listed(sweeps: Sweeps, tools: Tools) -> dict[str, object]:
    """Return every sweep as it stands."""
    return {"sweeps": await asyncio.gather(*(shown(sweep, tools) for sweep in await sweeps.all()))}


async def shown(sweep: Sweep, tools: Tools) -> dict[str, object]:
    """Return a sweep as it stands, its last run asked where that stands."""
    now, sweep = tools.clock.now(), await caught_up(sweep, tools)
    run = await tools.ledger.run(sweep.going.run) if sweep.going else None
    return sweep_status(sweep, now, state_of(run, await tools.ledger.tally(run.id)) if run else None)


async def known(sweep_id: str, sweeps: Sweeps) -> Sweep:
    """Return a sweep; raises UnknownError without it, UnreadableError where nobody can read it."""
    sweep = await sweeps.get(sweep_id)
    if sweep is None:
        raise UnknownError(f"There is no sweep {sweep_id}.")
    return sweep


async def pause(sweep: Sweep, person: Person, sweeps: Sweeps, tools: Tools) -> Sweep:
    """Start no more runs until resumed; a run that goes on is not stopped. Pausing twice is once."""
    _must_go_on(sweep, tools)
    if sweep.awaits_approval:
        raise ConflictError("The sweep starts nothing before it is approved. Delete it if it is not wanted.")
    sweep = await sweeps.update(sweep.id, lambda row: row.paused(person))
    log.event("sweep_paused", sweep=sweep.id, by=person.id)
    return sweep


async def resume(sweep: Sweep, person: Person, sweeps: Sweeps, tools: Tools) -> Sweep:
    """Go on, or approve; raises ForbiddenError for the approval of whoever created it, ConflictError past its end."""
    _must_go_on(sweep, tools)
    now = tools.clock.now()
    if sweep.awaits_approval:
        if person.id == sweep.spec.run.requested_by.id:
            raise ForbiddenError("A second person must approve: this sweep is your own.")
        sweep = await sweeps.update(sweep.id, lambda row: row.approved(person, now))
        log.event("sweep_approved", sweep=sweep.id, by=person.id)
        return sweep
    sweep = await sweeps.update(sweep.id, lambda row: row.resumed(now))
    log.event("sweep_resumed", sweep=sweep.id, by=person.id)
    return sweep


async def delete(sweep_id: str, person: Person, sweeps: Sweeps) -> None:
    """Forget a sweep; its runs stay and go on. Raises UnknownError, ConflictError for the one of the settings."""
    with suppress(UnreadableError):  # deleting it is the way out of that
        await known(sweep_id, sweeps)
    if sweep_id == SETTINGS_ID:
        raise ConflictError(_FROM_SETTINGS)
    await sweeps.remove(sweep_id)
    log.event("sweep_deleted", sweep=sweep_id, by=person.id)


def _must_go_on(sweep: Sweep, tools: Tools) -> None:
    if sweep.state(tools.clock.now()) is SweepState.ENDED:
        raise ConflictError(f"The sweep has ended: {sweep.ended_because or sweep.over(tools.clock.now())}")
