"""Keep the sweep that the app's settings ask for as they are now; no person creates it."""

from datetime import datetime

from revoker import log
from revoker.core.problems import UnreadableError
from revoker.core.sweep import SETTINGS_ID, Sweep, new_sweep
from revoker.core.sweep_spec import SweepSpec
from revoker.ports.sweeps import Sweeps
from revoker.views.scope import kinds


async def sync_settings_sweep(declared: SweepSpec | None, sweeps: Sweeps, now: datetime) -> None:
    """Create, renew or remove the sweep; changed settings begin it anew, and its runs so far stay known."""
    kept = await _kept(sweeps)
    if declared is None:
        if kept:
            await sweeps.remove(SETTINGS_ID)
    elif kept is None:
        await sweeps.add(new_sweep(SETTINGS_ID, declared, now))
        _announce(declared)
    elif kept.spec != declared:
        await sweeps.update(SETTINGS_ID, lambda row: row.renewed(declared, now))
        _announce(declared)


async def _kept(sweeps: Sweeps) -> Sweep | None:
    """Return the sweep of the settings; a row that cannot be read is removed, for the settings say what it is."""
    try:
        return await sweeps.get(SETTINGS_ID)
    except UnreadableError:
        log.failure("sweep_unreadable", sweep=SETTINGS_ID)
        await sweeps.remove(SETTINGS_ID)
        return None


def _announce(declared: SweepSpec) -> None:
    """Log that the settings ask for a sweep: an alert looks for sweeps over all users."""
    asked = declared.run
    log.event("sweep_created", sweep=SETTINGS_ID, by=asked.requested_by.id, scope=kinds(asked), until=declared.until)
