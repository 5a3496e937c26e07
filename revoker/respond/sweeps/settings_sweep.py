"""Keep the sweep that the app's settings ask for: nobody creates it, and nobody is there when it is."""

from revoker import log
from revoker.core.errors import UnreadableError
from revoker.core.sweep import SETTINGS_ID, Sweep, new_sweep
from revoker.core.sweep_spec import SweepSpec
from revoker.ports.sweeps import Sweeps
from revoker.respond.policy import Tools
from revoker.respond.start.start import kinds


async def sync_settings_sweep(declared: SweepSpec | None, sweeps: Sweeps, tools: Tools) -> None:
    """Keep the sweep of the settings as they are now; changed ones begin anew, and keep what was run."""
    now, held = tools.clock.now(), await _held(sweeps)
    if declared is None:
        if held:
            await sweeps.remove(SETTINGS_ID)
    elif held is None:
        await sweeps.add(new_sweep(SETTINGS_ID, declared, now))
        _announce(declared)
    elif held.spec != declared:
        await sweeps.update(SETTINGS_ID, lambda row: row.renewed(declared, now))
        _announce(declared)


async def _held(sweeps: Sweeps) -> Sweep | None:
    """Return the sweep of the settings; one that nobody can read is forgotten, for the settings say what it is."""
    try:
        return await sweeps.get(SETTINGS_ID)
    except UnreadableError:
        log.failure("sweep_unreadable", sweep=SETTINGS_ID)
        await sweeps.remove(SETTINGS_ID)
        return None


def _announce(declared: SweepSpec) -> None:
    """Say that the settings ask for a sweep: an alert looks for those of everybody."""
    asked = declared.run
    log.event("sweep_created", sweep=SETTINGS_ID, by=asked.requested_by.id, scope=kinds(asked), until=declared.until)
