"""Tell a sweep how its last run has ended, as the ledger knows."""

from revoker.core.after_call import RESTRICTED_UNIT
from revoker.core.outcome import FAILURES, Outcome
from revoker.core.run import Run, State
from revoker.core.sweep import Sweep
from revoker.core.sweep_run import why_failed
from revoker.core.sweep_ticks import run_ended
from revoker.core.tally import Tally
from revoker.ports.ledger import Ledger
from revoker.respond.every_page import every_user


async def caught_up(sweep: Sweep, ledger: Ledger) -> Sweep:
    """Return the sweep with the end of its last run, if that has ended."""
    going = sweep.going
    if going is None:
        return sweep
    run = await ledger.run(going.run)
    if run is None:
        return run_ended(sweep, going.run, State.FAILED, "failed: the ledger does not hold it any more")
    if run.finished_as is None:
        return sweep
    counted = await ledger.tally(run.id)
    excused = await _is_excused(run, counted, ledger)
    return run_ended(sweep, going.run, run.finished_as, why_failed(run, counted), excused=excused)


async def _is_excused(run: Run, counted: Tally, ledger: Ledger) -> bool:
    """Tell whether a run failed for users in a restricted management administrative unit, and for no others."""
    refused = counted.count(Outcome.REFUSED)
    if run.finished_as is not State.COMPLETED_WITH_FAILURES or refused != counted.count(*FAILURES):
        return False
    async for user in every_user(run.id, Outcome.REFUSED, ledger):
        if user.reason != RESTRICTED_UNIT:
            return False
    return True
