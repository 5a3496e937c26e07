"""Accept a request once: an idempotency key stands for one run, however often and from however many callers it comes.

Two callers with one key, or one caller that asks twice, while the first is still at work::

    caller 1  claim the key ──> batches ──> key and run row in one transaction ──> queue
              (locked)          (in progress)               (done)
    caller 2       the key is taken: look for the run every 0.2 s ──> the run is there: "replayed"

Caller 1 dies, or stands still for more than 15 s, before the run's row::

    caller 1  claim the key ──> batches ──x                      awake again: the transaction fails, the key is not its
    caller 2       the key is taken ── 15 s ── take it over ──> batches ──> key and run row ──> queue       │
                                               (under a new run id)              caller 1 answers with this run

Where caller 1 fails and lives, it frees the key, so the next caller with this key does not wait.
"""

import hashlib
import json

from revoker.core.problems import ConflictError
from revoker.core.request import Request
from revoker.core.run import Run
from revoker.core.run_id import new_id
from revoker.ports.clock import Clock
from revoker.ports.ledger import Claim, Ledger
from revoker.respond.policy import Tools
from revoker.respond.protect import Protection
from revoker.respond.start.begin import begin

# How long a second caller waits for the first one's run before it takes the key over. The wait doubles each time, so
# that two slow callers do not take the key from each other for ever.
_PATIENCE_SECONDS = 15.0
_STEP_SECONDS = 0.2


async def accept(
    request: Request,
    key: str | None,
    digest: str,
    protection: Protection,
    tools: Tools,
    *,
    retry_of: str | None = None,
    bounded: bool = True,
) -> tuple[Run, bool]:
    """Return the run and whether it was there already; raises ConflictError for a key used with another body.

    ``bounded``: the caller's bound of waiting users holds for the run (``REVOKER_CALLER_SLOTS``).
    """
    silent_run, patience = None, _PATIENCE_SECONDS
    while True:
        claim = await _claim(key, digest, silent_run, tools.ledger, tools.clock)
        if claim.ours:
            run = await _begin(request, claim.run, digest, key, protection, tools, retry_of=retry_of, bounded=bounded)
        else:
            run = await _await_run(claim.run, patience, tools.ledger, tools.clock)
        if run:
            replayed = not claim.ours
            return run, replayed
        # There is no run: this caller lost the key to another one, or the run of the other one did not come in time.
        # The next claim takes the key over from that run.
        silent_run, patience = claim.run, 2 * patience


async def _claim(key: str | None, digest: str, silent_run: str | None, ledger: Ledger, clock: Clock) -> Claim:
    run_id = new_id(clock.now())
    if key is None:
        return Claim(run_id, digest, ours=True)
    claim = await ledger.claim(key, run_id, digest, instead_of=silent_run)
    if claim.digest != digest:
        raise ConflictError("This Idempotency-Key came before with another body. Use a new key for a new request.")
    return claim


async def _begin(
    request: Request,
    run_id: str,
    digest: str,
    key: str | None,
    protection: Protection,
    tools: Tools,
    *,
    retry_of: str | None,
    bounded: bool,
) -> Run | None:
    """Begin the run; where that fails, free the key and raise the failure."""
    try:
        return await begin(request, run_id, digest, protection, tools, key=key, retry_of=retry_of, bounded=bounded)
    except Exception:
        # A run that was written and could not be sent keeps its key: `release` frees no key of a run that was opened.
        if key is not None:
            await tools.ledger.release(key, run_id)
        raise


async def _await_run(run_id: str, patience: float, ledger: Ledger, clock: Clock) -> Run | None:
    """Wait for the run of the caller that has the key; None where it does not come in ``patience`` seconds.

    The waiting caller then begins a run under another id. The directory may have changed, so its batches may differ
    from those that were written first, and these then belong to no run.
    """
    waited = 0.0
    while waited < patience:
        if run := await ledger.run(run_id):
            return run
        await clock.sleep(_STEP_SECONDS)
        waited += _STEP_SECONDS
    return None


def digest_of(*parts: object) -> str:
    """Return the digest of a request, independent of spacing and of the order of keys."""
    return hashlib.sha256(json.dumps(parts, sort_keys=True, default=str).encode()).hexdigest()
