"""What a sweep's last run has come to, which the sweep learns from the ledger."""

from revoker.core.run import State
from revoker.core.sweep import Sweep
from revoker.core.sweep_run import why_failed
from revoker.ports.ledger import Ledger


async def caught_up(sweep: Sweep, ledger: Ledger) -> Sweep:
    """Return the sweep with the end of its last run, if that has ended."""
    going = sweep.going
    if going is None:
        return sweep
    run = await ledger.run(going.run)
    if run is None:
        return sweep.learned(going.run, State.FAILED, "failed: the ledger does not hold it any more")
    if run.finished_as is None:
        return sweep
    return sweep.learned(going.run, run.finished_as, why_failed(run, await ledger.tally(run.id)))
