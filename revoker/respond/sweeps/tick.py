"""Start what is due, every minute: each sweep by itself, as an ordinary run through the same path as a request.

A tick stays due until its run is written down beside it, and its name is the run's idempotency key: so a tick that is
delivered twice, or to two instances, or to one that dies on any line, starts one run.
"""

from revoker import log
from revoker.core.errors import InvalidError, ProblemError
from revoker.core.run import State
from revoker.core.sweep import Sweep
from revoker.core.sweep_run import why_failed
from revoker.core.sweep_spec import SweepSpec
from revoker.ports.sweeps import Sweeps
from revoker.respond.concurrency import gather_limited
from revoker.respond.policy import Tools
from revoker.respond.protect import Protection
from revoker.respond.start.accept import accept
from revoker.respond.start.gate import pass_gate
from revoker.respond.start.measure import measure
from revoker.respond.sweeps.settings_sweep import sync_settings_sweep


async def tick(declared: SweepSpec | None, sweeps: Sweeps, protection: Protection, tools: Tools) -> None:
    """Look at every sweep, those first that the settings declare; one that fails does not keep the others waiting."""
    await sync_settings_sweep(declared, sweeps, tools)
    await gather_limited(_visit(sweep, sweeps, protection, tools) for sweep in await sweeps.all())


async def caught_up(sweep: Sweep, tools: Tools) -> Sweep:
    """Return the sweep knowing how its last run ended, if it has."""
    going = sweep.going
    if going is None:
        return sweep
    run = await tools.ledger.run(going.run)
    if run is None:
        return sweep.learned(going.run, State.FAILED, "failed: the ledger does not hold it any more")
    if run.finished_as is None:
        return sweep
    return sweep.learned(going.run, run.finished_as, why_failed(run, await tools.ledger.tally(run.id)))


async def _visit(sweep: Sweep, sweeps: Sweeps, protection: Protection, tools: Tools) -> None:
    try:
        sweep = await _learn(sweep, sweeps, tools)
        now = tools.clock.now()
        if sweep.over(now) and not sweep.ended_at:
            sweep = await sweeps.update(sweep.id, lambda row: row.ended(now))
            log.event("sweep_ended", sweep=sweep.id, because=sweep.ended_because)
        if sweep.is_due(now):
            await _due(sweep, sweeps, protection, tools)
    except KeyError:
        if await sweeps.get(sweep.id):  # else it was deleted in the meantime, and there is nothing to do
            raise


async def _learn(sweep: Sweep, sweeps: Sweeps, tools: Tools) -> Sweep:
    """Write down how the last run ended, if it has."""
    ran = (await caught_up(sweep, tools)).runs[0] if sweep.going else None
    if ran is None or ran.state is None:
        return sweep
    state, why = ran.state, ran.why
    after = await sweeps.update(sweep.id, lambda row: row.learned(ran.run, state, why))
    _tell(sweep, after)
    return after


async def _due(sweep: Sweep, sweeps: Sweeps, protection: Protection, tools: Tools) -> None:
    tick, now = sweep.next_tick, tools.clock.now()
    assert tick is not None  # noqa: S101 - a sweep without a tick is not due
    if sweep.going:
        await sweeps.update(sweep.id, lambda row: row.passed_over(tick, now))
        log.event("sweep_tick_skipped", sweep=sweep.id, tick=tick, still_going=sweep.going.run)
        return
    key = f"sweep:{sweep.id}:{tick.isoformat()}"
    try:
        sweep = await _with_approved_size(await _admitted(sweep, sweeps, tools), sweeps, tools)
        run, _ = await accept(sweep.request(now), key, key, protection, tools)
    except ProblemError as problem:
        why = _said(problem)
        log.event("sweep_not_started", sweep=sweep.id, tick=tick, status=problem.status)
        _tell(sweep, await sweeps.update(sweep.id, lambda row: row.attempt_failed(tick, why)))
        return
    await sweeps.update(sweep.id, lambda row: row.started(tick, run.id, now))
    log.event("sweep_run_started", sweep=sweep.id, tick=tick, run=run.id)


async def _admitted(sweep: Sweep, sweeps: Sweeps, tools: Tools) -> Sweep:
    """Ask the gate once: for what the settings declare, nobody was there to be refused when it was made."""
    if sweep.admitted:
        return sweep
    acknowledged = await pass_gate(sweep.spec.run, tools)
    return await sweeps.update(sweep.id, lambda row: row.let_in(acknowledged))


async def _with_approved_size(sweep: Sweep, sweeps: Sweeps, tools: Tools) -> Sweep:
    """Count once whom it is for, where that was not done when it was made: its number is not judged, its growth is.

    Whoever writes the settings sets the cap too; and rows from before this was counted go on.
    """
    if sweep.approved_size is not None:
        return sweep
    extent = await measure(sweep.spec.run, tools)
    log.event("sweep_size_recorded", sweep=sweep.id, expected=extent.expected)
    return await sweeps.update(sweep.id, lambda row: row.with_approved_size(extent.expected))


def _said(problem: ProblemError) -> str:
    errors = problem.errors if isinstance(problem, InvalidError) else ()
    return " ".join([problem.detail, *(f"{path}: {message}." for path, message in errors)])


def _tell(before: Sweep, after: Sweep) -> None:
    """Say once that a sweep has begun to fail: an alert looks for it."""
    if after.problem and not before.problem:
        log.failure(
            "sweep_failing",
            sweep=after.id,
            attempts=after.failed_attempts,
            run=after.runs[0].run if after.runs else None,
        )
