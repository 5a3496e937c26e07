"""Keep the one sweep that the app's settings ask for, which no person creates, in step with the settings."""

from datetime import datetime

from revoker import log
from revoker.core.problems import UnreadableError
from revoker.core.sweep import SETTINGS_ID, Sweep, new_sweep
from revoker.core.sweep_spec import SweepSpec
from revoker.ports.sweeps import Sweeps
from revoker.views.scope import kinds


async def sync_settings_sweep(spec: SweepSpec | None, sweeps: Sweeps, now: datetime) -> None:
    """Create, renew or remove the sweep; ``spec`` is None where the settings ask for none. Its runs so far are kept."""
    kept = await _kept(sweeps)
    if spec is None:
        if kept:
            await sweeps.remove(SETTINGS_ID)
    elif kept is None:
        await sweeps.add(new_sweep(SETTINGS_ID, spec, now))
        _announce(spec)
    elif kept.spec != spec:
        await sweeps.update(SETTINGS_ID, lambda row: row.renewed(spec, now))
        _announce(spec)


async def _kept(sweeps: Sweeps) -> Sweep | None:
    """Return the sweep of the settings; a row that cannot be read is removed, since the settings say what was in it."""
    try:
        return await sweeps.get(SETTINGS_ID)
    except UnreadableError:
        log.failure("sweep_unreadable", sweep=SETTINGS_ID)
        await sweeps.remove(SETTINGS_ID)
        return None


def _announce(spec: SweepSpec) -> None:
    """Log that the settings ask for a sweep: an alert looks for sweeps over all users."""
    request = spec.run
    log.event("sweep_created", sweep=SETTINGS_ID, by=request.requested_by.id, scope=kinds(request), until=spec.until)
