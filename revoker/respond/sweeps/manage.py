"""What a person may do with sweeps: create, show, pause, resume or approve, delete."""

import asyncio
from contextlib import suppress
from dataclasses import replace
from datetime import datetime

from revoker import log
from revoker.core.problems import ConflictError, OwnApprovalError, UnknownError, UnreadableError
from revoker.core.request import Person, Trigger
from revoker.core.run import APPROVE_WITHIN
from revoker.core.run_id import new_id
from revoker.core.run_state import state_of
from revoker.core.sweep import SETTINGS_ID, Sweep, SweepState, new_sweep
from revoker.core.sweep_spec import SweepSpec
from revoker.ports.ledger import Ledger
from revoker.ports.sweeps import Sweeps
from revoker.respond.policy import Tools
from revoker.respond.start.exclusions import excluded_users
from revoker.respond.start.gate import pass_gate
from revoker.respond.start.measure import measure
from revoker.respond.start.resolve import resolve
from revoker.respond.sweeps.catch_up import caught_up
from revoker.views.scope import kinds
from revoker.views.sweep_status import sweep_status

MOST_SWEEPS = 100
_FROM_SETTINGS = (
    "This sweep comes from the app's settings: remove SWEEP_SCHEDULE, SWEEP_SCOPE, SWEEP_UNTIL and "
    "SWEEP_ISSUED_BEFORE or SWEEP_MAX_SESSION_AGE_HOURS there. Until then it can be paused."
)


async def create(spec: SweepSpec, sweeps: Sweeps, tools: Tools) -> Sweep:
    """Keep a new sweep.

    Raises ConflictError where there are 100 sweeps already, InvalidError for a sweep too large for a row, and whatever
    refuses a run of its scope. Gate and approval are settled here once, for all runs over about as many users as now.
    """
    if len(await sweeps.all()) >= MOST_SWEEPS:
        raise ConflictError(f"There are {MOST_SWEEPS} sweeps: delete those that have ended.")
    resolved = await resolve(spec.run, tools.graph_users, tools.graph_listings)
    spec = replace(spec, run=resolved.request)
    extent = await measure(spec.run, tools.graph_listings)
    await excluded_users(replace(spec.run, trigger=Trigger.HTTP), tools.graph_users)
    passed = await pass_gate(spec.run, tools.graph_listings)
    now, above = tools.clock.now(), tools.policy.approval_above
    sweep = replace(
        new_sweep(new_id(now), spec, now).with_approved_size(extent.expected),
        acknowledged=passed.sentences,
        approval_until=now + APPROVE_WITHIN if above and extent.exceeds(above) else None,
    )
    await sweeps.add(sweep)
    by, scope = spec.run.requested_by.id, kinds(spec.run)
    log.event("sweep_created", sweep=sweep.id, by=by, scope=scope, expected=extent.expected, until=spec.until)
    return sweep


async def show_all(sweeps: Sweeps, ledger: Ledger, now: datetime) -> dict[str, object]:
    """Return every sweep as it stands."""
    return {"sweeps": await asyncio.gather(*(show(sweep, ledger, now) for sweep in await sweeps.all()))}


async def show(sweep: Sweep, ledger: Ledger, now: datetime) -> dict[str, object]:
    """Return a sweep as it stands, with the state of its last run if that has not ended."""
    sweep = await caught_up(sweep, ledger)
    run = await ledger.run(sweep.going.run) if sweep.going else None
    if run is None:
        return sweep_status(sweep, now, None)
    return sweep_status(sweep, now, state_of(run, await ledger.tally(run.id)))


async def find(sweep_id: str, sweeps: Sweeps) -> Sweep:
    """Return a sweep; raises UnknownError without it, UnreadableError for a row that cannot be read."""
    sweep = await sweeps.get(sweep_id)
    if sweep is None:
        raise UnknownError(f"There is no sweep {sweep_id}.")
    return sweep


async def pause(sweep: Sweep, person: Person, sweeps: Sweeps, now: datetime) -> Sweep:
    """Start no more runs until the sweep is resumed; its last run is not stopped. Pausing again changes nothing."""
    _must_go_on(sweep, now)
    if sweep.awaits_approval:
        raise ConflictError("The sweep starts nothing before it is approved. Delete it if it is not wanted.")
    sweep = await sweeps.update(sweep.id, lambda row: row.paused(person))
    log.event("sweep_paused", sweep=sweep.id, by=person.id)
    return sweep


async def resume(sweep: Sweep, person: Person, sweeps: Sweeps, now: datetime) -> Sweep:
    """Resume, or approve; raises OwnApprovalError for an approval by its own creator, ConflictError past its end."""
    _must_go_on(sweep, now)
    if sweep.awaits_approval:
        if person.id == sweep.spec.run.requested_by.id:
            raise OwnApprovalError(
                f"You created this sweep yourself, as {person.name}: have another person approve it."
            )
        sweep = await sweeps.update(sweep.id, lambda row: row.approved(person, now))
        log.event("sweep_approved", sweep=sweep.id, by=person.id)
        return sweep
    sweep = await sweeps.update(sweep.id, lambda row: row.resumed(now))
    log.event("sweep_resumed", sweep=sweep.id, by=person.id)
    return sweep


async def delete(sweep_id: str, person: Person, sweeps: Sweeps) -> None:
    """Delete a sweep; its runs stay and go on. Raises UnknownError, and ConflictError for the sweep of the settings."""
    with suppress(UnreadableError):  # a row that cannot be read can still be deleted
        await find(sweep_id, sweeps)
    if sweep_id == SETTINGS_ID:
        raise ConflictError(_FROM_SETTINGS)
    await sweeps.remove(sweep_id)
    log.event("sweep_deleted", sweep=sweep_id, by=person.id)


def _must_go_on(sweep: Sweep, now: datetime) -> None:
    if sweep.state(now) is SweepState.ENDED:
        raise ConflictError(f"The sweep has ended: {sweep.ended_because or sweep.over(now)}")
