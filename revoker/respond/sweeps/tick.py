"""Start the runs that are due, every minute: each as an ordinary run, on the same path as a request.

A tick stays due until its run is written on the sweep, and its name is the run's idempotency key::

    timer  key "sweep:<id>:<tick>" ──> run row ──> sweep row: tick done
                    x dies here: the next timer finds no run under the key, and starts one
                                  x dies here: the next timer finds the run under the key, and writes it on the sweep

So a tick that is delivered twice, or to two instances, starts one run.
"""

from revoker import log
from revoker.core.problems import InvalidError, ProblemError
from revoker.core.sweep import Sweep
from revoker.core.sweep_spec import SweepSpec
from revoker.core.sweep_ticks import attempt_failed, run_ended, run_started, tick_skipped
from revoker.ports.graph import GraphListings, GraphUsers
from revoker.ports.ledger import Ledger
from revoker.ports.sweeps import Sweeps
from revoker.respond.concurrency import gather_limited
from revoker.respond.policy import Tools
from revoker.respond.protect import Protection
from revoker.respond.start.accept import accept
from revoker.respond.start.gate import pass_gate
from revoker.respond.start.measure import measure
from revoker.respond.start.resolve import resolve
from revoker.respond.sweeps.catch_up import caught_up
from revoker.respond.sweeps.settings_sweep import sync_settings_sweep


async def tick(spec: SweepSpec | None, sweeps: Sweeps, protection: Protection, tools: Tools) -> None:
    """Visit every sweep, the one of the settings (``spec``) included; a sweep that fails stops no other."""
    await sync_settings_sweep(spec, sweeps, tools.clock.now())
    await gather_limited(_visit(sweep, sweeps, protection, tools) for sweep in await sweeps.all())
    await protection.learn()  # so that a protected account is known by its id before an intruder renames it


async def _visit(sweep: Sweep, sweeps: Sweeps, protection: Protection, tools: Tools) -> None:
    """Bring a sweep up to date; start its run if one is due."""
    try:
        sweep = await _learn(sweep, sweeps, tools.ledger)
        now = tools.clock.now()
        if sweep.over(now) and not sweep.ended_at:
            sweep = await sweeps.update(sweep.id, lambda row: row.ended(now))
            log.event("sweep_ended", sweep=sweep.id, because=sweep.ended_because)
        if sweep.is_due(now):
            await _start_due(sweep, sweeps, protection, tools)
    except KeyError:
        if await sweeps.get(sweep.id):
            raise
        # Else the sweep was deleted meanwhile: there is nothing to start.


async def _learn(sweep: Sweep, sweeps: Sweeps, ledger: Ledger) -> Sweep:
    """Write on the sweep how its last run ended, if it has."""
    if not sweep.going:
        return sweep
    past = (await caught_up(sweep, ledger)).runs[0]
    state, why, excused = past.state, past.why, past.excused
    if state is None:
        return sweep
    after = await sweeps.update(sweep.id, lambda row: run_ended(row, past.run, state, why, excused=excused))
    _log_if_failing(sweep, after)
    return after


async def _start_due(sweep: Sweep, sweeps: Sweeps, protection: Protection, tools: Tools) -> None:
    tick, now = sweep.next_tick, tools.clock.now()
    assert tick is not None  # noqa: S101 - a sweep without a tick is not due
    if sweep.going:
        await sweeps.update(sweep.id, lambda row: tick_skipped(row, tick, now))
        log.event("sweep_tick_skipped", sweep=sweep.id, tick=tick, still_going=sweep.going.run)
        return
    key = f"sweep:{sweep.id}:{tick.isoformat()}"
    try:
        sweep = await _admitted(sweep, sweeps, tools.graph_listings)
        sweep = await _with_approved_size(sweep, sweeps, tools.graph_users, tools.graph_listings)
        run, _ = await accept(sweep.request(now), key, key, protection, tools)
    except ProblemError as problem:
        why = _in_sentences(problem)
        log.event("sweep_not_started", sweep=sweep.id, tick=tick, status=problem.status)
        _log_if_failing(sweep, await sweeps.update(sweep.id, lambda row: attempt_failed(row, tick, why)))
        return
    await sweeps.update(sweep.id, lambda row: run_started(row, tick, run.id, now))
    log.event("sweep_run_started", sweep=sweep.id, tick=tick, run=run.id)


async def _admitted(sweep: Sweep, sweeps: Sweeps, graph_listings: GraphListings) -> Sweep:
    """Pass the gate once, at the first tick: the sweep of the settings was made without a request to refuse."""
    if sweep.admitted:
        return sweep
    passed = await pass_gate(sweep.spec.run, graph_listings)
    return await sweeps.update(sweep.id, lambda row: row.let_in(passed.sentences))


async def _with_approved_size(
    sweep: Sweep, sweeps: Sweeps, graph_users: GraphUsers, graph_listings: GraphListings
) -> Sweep:
    """Count the sweep's users at the first tick where they were not counted before; later runs are checked for growth.

    The first number itself needs no approval: the person that writes the settings sets the cap as well. So it is with
    sweeps whose rows are from before sweeps were counted.
    """
    if sweep.approved_size is not None:
        return sweep
    resolved = await resolve(sweep.spec.run, graph_users, graph_listings)
    extent = await measure(resolved.request, graph_listings)
    log.event("sweep_size_recorded", sweep=sweep.id, expected=extent.expected)
    return await sweeps.update(sweep.id, lambda row: row.with_approved_size(extent.expected))


def _in_sentences(problem: ProblemError) -> str:
    sentences = [problem.detail]
    if isinstance(problem, InvalidError):
        sentences += [f"{path}: {message}." for path, message in problem.errors]
    return " ".join(sentences)


def _log_if_failing(before: Sweep, after: Sweep) -> None:
    """Log that a sweep has begun to fail, once, for the alert on it."""
    if after.problem and not before.problem:
        last = after.runs[0].run if after.runs else None
        log.failure("sweep_failing", sweep=after.id, attempts=after.failed_attempts, run=last)
