"""Accept a request once: an idempotency key stands for one run, however often and however simultaneously it comes."""

import hashlib
import json

from revoker.core.errors import ConflictError
from revoker.core.request import Request
from revoker.core.run import Run, new_id
from revoker.ports.ledger import Claim
from revoker.respond.policy import Tools
from revoker.respond.protect import Protection
from revoker.respond.start.start import start

# How long a second caller waits for the first one's run to appear before it takes the work over; twice as long each
# time, so that two who are slow do not take it from each other for ever.
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
) -> tuple[Run, bool]:
    """Return the run and whether it was there already; raises ConflictError for a key used with another body."""

    async def begin(run: str) -> Run | None:
        try:
            return await start(request, run, await protection.current(), tools, key=key, retry_of=retry_of)
        except Exception:
            if key is not None:  # so that asking again, as the answer may say, need not wait for us
                await tools.ledger.release(key, run)
            raise

    silent, patience = None, _PATIENCE_SECONDS
    while True:
        run_id = new_id(tools.clock.now())
        claim = Claim(run_id, digest, ours=True)
        if key is not None:
            claim = await tools.ledger.claim(key, run_id, digest, instead_of=silent)
        if claim.digest != digest:
            raise ConflictError("This Idempotency-Key came before with another body. Use a new key for a new request.")
        run = await (begin(claim.run) if claim.ours else _await_run(claim.run, patience, tools))
        if run:
            return run, not claim.ours
        silent, patience = claim.run, 2 * patience


async def _await_run(run_id: str, patience: float, tools: Tools) -> Run | None:
    """Wait for the run of whoever came first; None where they died, or are so slow that the key may pass on.

    Then the run is begun anew under another id: what the first one wrote may differ, and belongs to no run.
    """
    waited = 0.0
    while waited < patience:
        if run := await tools.ledger.run(run_id):
            return run
        await tools.clock.sleep(_STEP_SECONDS)
        waited += _STEP_SECONDS
    return None


def digest_of(*parts: object) -> str:
    """Return the digest of what was asked, independent of spacing and of the order of keys."""
    return hashlib.sha256(json.dumps(parts, sort_keys=True, default=str).encode()).hexdigest()
